using System.Security.Cryptography;
using Capstan.Drive;
using Capstan.Emulation.Library;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Operations.Tests;

/// <summary>Each bad input, bad tape and bad drive: its message, its exit status, and that nothing was lost.</summary>
public sealed class BadInputTests
{
    [Fact]
    public void No_such_path_is_told_before_a_tape_moves()
    {
        using var rig = new Rig();
        OperationException e = Should.Throw<OperationException>(() => rig.Backup("/no/such/path"));
        e.Status.ShouldBe(ExitStatus.Failed);
        e.Message.ShouldContain("/no/such/path");
        Status.StatusOperation.Run(rig.Context, null).RemainingBytes.ShouldBe(Status.StatusOperation.Run(rig.Context, null).CapacityBytes);
    }

    /// <summary>Sense data say "write error" where the disk below a virtual cartridge is full.</summary>
    [Fact]
    public void What_is_wrong_with_the_storage_is_told_when_the_drive_is_closed()
    {
        using var rig = new Rig { Diagnosis = static () => "the disk is full" };
        Status.StatusOperation.Run(rig.Context, null);
        rig.Problems.ShouldBe([": the disk is full"]);
    }

    [Fact]
    public void A_label_for_a_tape_that_has_one_is_not_taken_in_silence()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        BackupOperation.Run(rig.Context, new BackupRequest(null, [tree], [], false, "FIRST"), CancellationToken.None).Tape.ShouldBe("FIRST");
        rig.Notes.ShouldNotContain(note => note.Contains("--label"));
        BackupOperation.Run(rig.Context, new BackupRequest(null, [tree], [], false, "SECOND"), CancellationToken.None).Tape.ShouldBe("FIRST");
        rig.Notes.ShouldContain("--label SECOND has no effect: the tape has its label, FIRST, already");
    }

    [Theory]
    [InlineData("/proc/nope", "No such file or directory", "can be made")]
    [InlineData("FILE", "Not a directory", "another place")]
    [InlineData("FILE/below", "Not a directory", "another place")]
    [InlineData("FILE/below/more", "Not a directory", "another place")]
    public void A_place_that_cannot_be_restored_to_is_named_with_reason_and_remedy(string place, string reason, string remedy)
    {
        using var rig = new Rig();
        string file = Path.Combine(rig.Tree("tree"), "file");
        File.WriteAllText(file, "x");
        rig.Backup(rig.Tree("tree"));
        place = place.Replace("FILE", file, StringComparison.Ordinal);
        OperationException e = Should.Throw<OperationException>(() => rig.Restore("latest", place));
        e.Status.ShouldBe(ExitStatus.Failed);
        e.Message.ShouldStartWith($"--to {place}: ");
        e.Message.ShouldContain(reason);
        e.Message.ShouldEndWith(remedy + ".");
        File.ReadAllText(file).ShouldBe("x");
    }

    [Fact]
    public void A_place_deep_below_what_exists_is_made()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllText(Path.Combine(tree, "file"), "x");
        rig.Backup(tree);
        string place = rig.NewPath("a//b/./c/");
        rig.Restore("latest", place).Status.ShouldBe(ExitStatus.Success);
        File.ReadAllText(rig.NewPath("a/b/c") + tree + "/file").ShouldBe("x");
    }

    [Fact]
    public void No_backup_yet_says_how_to_make_one()
    {
        using var rig = new Rig();
        OperationException e = Should.Throw<OperationException>(() => rig.Verify());
        e.Status.ShouldBe(ExitStatus.Catalog);
        e.Message.ShouldContain("capstan backup");
    }

    [Fact]
    public void No_tape_in_the_drive()
    {
        using var rig = new Rig();
        DriveOperations.Eject(rig.Context, null).Position.ShouldBeNull();
        OperationException e = Should.Throw<OperationException>(() => rig.Backup(rig.Tree("tree")));
        e.Status.ShouldBe(ExitStatus.Tape);
        DriveStatusReport status = Status.StatusOperation.Run(rig.Context, null);
        status.State.ShouldNotBe("ready");
        status.Vendor.ShouldBe("IBM");
        DriveOperations.Load(rig.Context, null, null, CancellationToken.None).Position.ShouldNotBeNull();
        rig.Backup(rig.Tree("tree")).Status.ShouldBe(ExitStatus.Success);
    }

    [Theory]
    [InlineData("tar", "tar archive")]
    [InlineData("pbs", "Proxmox Backup Server")]
    [InlineData("ltfs", "LTFS")]
    [InlineData("noise", "no Capstan wrote")]
    [InlineData("filemark", "filemark")]
    public void A_foreign_tape_is_refused_and_not_touched(string kind, string named)
    {
        using var rig = new Rig();
        byte[] block = Foreign(kind);
        using (TapeDrive drive = Raw(rig))
        {
            drive.BeginWriting();
            if (block.Length > 0)
                drive.Write(block);
            drive.WriteFilemarks(1);
        }

        byte[] before = SHA256.HashData(File.ReadAllBytes(rig.CartridgePath));
        OperationException e = Should.Throw<OperationException>(() => rig.Backup(rig.Tree("tree")));
        e.Status.ShouldBe(ExitStatus.Tape);
        e.Message.ShouldContain(named);
        using (TapeDrive drive = Raw(rig))
        {
            drive.LocateEndOfData().ObjectId.ShouldBe(block.Length > 0 ? 2 : 1);
            drive.Rewind();
            if (block.Length > 0)
            {
                byte[] back = new byte[block.Length];
                drive.Read(back).ShouldBe(new ReadOutcome(ReadKind.Block, block.Length));
                back.ShouldBe(block);
            }
        }

        before.Length.ShouldBe(32);
    }

    [Fact]
    public void A_write_protected_tape_is_refused_and_reads()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllText(Path.Combine(tree, "file"), "x");
        rig.Backup(tree);
        using (VirtualLibrary library = VirtualLibrary.Open(rig.LibraryPath))
            library.SetWriteProtect("CAP001L9", true);

        OperationException e = Should.Throw<OperationException>(() => rig.Backup(tree));

        e.Status.ShouldBe(ExitStatus.Tape);
        e.Message.ShouldContain("write-protected");
        rig.ShouldRestore("latest", tree);
    }

    [Fact]
    public void The_wrong_tape_is_named_with_the_right_one()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        string first = rig.Backup(tree).Backup.Id;
        rig.InsertCartridge("CAP002L9", eject: true);
        rig.Backup(tree);

        OperationException e = Should.Throw<OperationException>(() => rig.Verify(first));

        e.Status.ShouldBe(ExitStatus.Tape);
        e.Message.ShouldContain("CAP001L9");
        e.Message.ShouldContain("CAP002L9");
    }

    [Fact]
    public void A_changer_is_no_tape_drive()
    {
        using var rig = new Rig();
        rig.Wrap = inner => new Changer(inner);
        OperationException e = Should.Throw<OperationException>(() => Status.StatusOperation.Run(rig.Context, null));
        e.Status.ShouldBe(ExitStatus.Device);
        e.Message.ShouldContain("media changer");
    }

    [Fact]
    public void Verify_names_file_and_block_of_a_flipped_bit_and_goes_on()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        for (int i = 0; i < 30; i++)
            File.WriteAllBytes(Path.Combine(tree, $"file{i:D2}"), RandomNumberGenerator.GetBytes(1 << 20));
        rig.Backup(tree);
        FlipBit(rig.CartridgePath, new FileInfo(rig.CartridgePath).Length / 2);

        VerifyReport report = rig.Verify();

        report.Status.ShouldBe(ExitStatus.Damaged);
        long block = report.DamagedBlocks.ShouldHaveSingleItem();
        report.DamagedFileCount.ShouldBeInRange(1, 2);
        report.Files.ShouldBe(30 - report.DamagedFileCount, "a file that could not be read to its end was not read");
        rig.Problems.ShouldContain(problem => problem.Contains($"block {block}", StringComparison.Ordinal));
        string target = rig.NewPath("out");
        RestoreReport restored = rig.Restore("latest", target);
        restored.Status.ShouldBe(ExitStatus.Damaged);
        restored.Files.ShouldBe(30 - report.DamagedFileCount);
        foreach (string file in Directory.GetFiles(target + tree, "file??"))
            File.ReadAllBytes(file).ShouldBe(File.ReadAllBytes(Path.Combine(tree, Path.GetFileName(file))));
    }

    [Fact]
    public void A_truncated_cartridge_file_still_gives_what_it_has_and_is_not_appended_to()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllBytes(Path.Combine(tree, "early"), RandomNumberGenerator.GetBytes(1 << 20));
        string first = rig.Backup(tree).Backup.Id;
        File.WriteAllBytes(Path.Combine(tree, "late"), RandomNumberGenerator.GetBytes(8 << 20));
        string second = rig.Backup(tree).Backup.Id;
        using (FileStream file = File.OpenWrite(rig.CartridgePath))
            file.SetLength(file.Length - (4 << 20));

        rig.Verify(first).Status.ShouldBe(ExitStatus.Success);
        VerifyReport broken = rig.Verify(second);
        broken.Status.ShouldBe(ExitStatus.Damaged);
        broken.DamagedFileCount.ShouldBeGreaterThan(0);
        OperationException e = Should.Throw<OperationException>(() => rig.Backup(tree));
        e.Status.ShouldBe(ExitStatus.Damaged);
        File.Delete(rig.Context.CatalogPath);
        RebuildReport rebuilt = CatalogOperations.Rebuild(rig.Context, null, CancellationToken.None);
        rebuilt.Backups.ShouldHaveSingleItem().Id.ShouldBe(first);
        rebuilt.Notes.ShouldNotBeEmpty();
        rig.Verify(first).Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void A_drive_that_is_in_use_says_so()
    {
        using var rig = new Rig();
        using TapeDrive held = Raw(rig);
        OperationException e = Should.Throw<OperationException>(() => Status.StatusOperation.Run(rig.Context, null));
        e.Status.ShouldBe(ExitStatus.Device);
    }

    [Fact]
    public void A_drive_that_is_lost_in_the_middle_loses_no_earlier_backup()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllBytes(Path.Combine(tree, "file"), RandomNumberGenerator.GetBytes(20 << 20));
        string first = rig.Backup(tree).Backup.Id;
        rig.Wrap = inner => new FaultInjectingTransport(inner,
            [new Fault(30, Write6.OperationCode) { Throw = TransportFault.Lost, Count = 1000 }]);

        OperationException e = Should.Throw<OperationException>(() => rig.Backup(tree));

        e.Status.ShouldBe(ExitStatus.Device);
        e.Message.ShouldContain("virtual:test");
        rig.Wrap = static transport => transport;
        CatalogOperations.List(rig.Context).Select(backup => backup.State).ShouldBe(["complete", "interrupted"]);
        rig.ShouldRestore(first, tree);
        rig.ShouldRestore(rig.Backup(tree).Backup.Id, tree);
    }

    private static TapeDrive Raw(Rig rig)
    {
        TapeDrive drive = TapeDrive.Open(VirtualLibrary.OpenDrive(rig.LibraryPath, "virtual:raw"));
        drive.WaitUntilReady();
        return drive;
    }

    private static byte[] Foreign(string kind)
    {
        byte[] block = new byte[kind == "noise" ? 1000 : 64 * 1024];
        switch (kind)
        {
            case "tar":
                "ustar"u8.CopyTo(block.AsSpan(257));
                break;
            case "ltfs":
                "VOL1AB1234L"u8.CopyTo(block);
                "LTFS"u8.CopyTo(block.AsSpan(24));
                break;
            case "pbs":
                block = new byte[256 * 1024];
                Convert.FromHexString("dcbdafcaeba0a52801400000000000002a05bf3cb030aa39").AsSpan(0, 16).CopyTo(block);
                Convert.FromHexString("63ee149fcdf29b0c2a05bf3cb030aa39").CopyTo(block, 16);
                break;
            case "noise":
                new Random(5).NextBytes(block);
                break;
            default:
                return [];
        }

        return block;
    }

    private static void FlipBit(string path, long offset)
    {
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        int value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 0x10));
    }

    /// <summary>Answers INQUIRY as a media changer does.</summary>
    private sealed class Changer(IScsiTransport inner) : IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            ScsiCompletion completion = inner.Execute(cdb, data, sense, timeout);
            if (cdb.OperationCode == Inquiry.OperationCode)
                data.FromDeviceBuffer[0] = (byte)PeripheralDeviceType.MediumChanger;
            return completion;
        }

        public void Dispose() => inner.Dispose();
    }
}
