using Capstan.Emulation.Library;
using Capstan.Operations.Erasing;
using Capstan.Scsi;
using Capstan.Tests;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>What is asked before a tape is destroyed, what is sent to it, and what the catalog keeps.</summary>
public class EraseTests
{
    private static readonly Consent Yes = new(true, null, null, null);

    [Fact]
    public void An_erased_tape_is_blank_and_its_backups_are_not_listed_any_more()
    {
        using Rig rig = WithBackup(out string id);
        ErasureReport report = Erase(rig, Yes);
        report.State.ShouldBe("done");
        report.Tape.ShouldStartWith("tape CAP001L9 (");
        report.Barcode.ShouldBe("CAP001L9");
        report.Forgotten.ShouldBe([id]);
        rig.Notes.ShouldContain(note => note.Contains("the catalog forgot 1 backup"));
        CatalogOperations.List(rig.Context).ShouldBeEmpty();
        Should.Throw<OperationException>(() => rig.Restore(id, rig.NewPath("out"))).Status.ShouldBe(ExitStatus.Catalog);
        // And it takes a new one.
        string tree = rig.Tree("again");
        File.WriteAllText(Path.Combine(tree, "a"), "new");
        rig.ShouldRestore(rig.Backup(tree).Backup.Id, tree);
    }

    /// <summary>The last partition goes first. When it cannot be erased, what is in the first one is there still, and listed.</summary>
    [Fact]
    public void Backups_are_forgotten_with_the_partition_that_they_are_in()
    {
        using var rig = new Rig();
        FormatOperation.Run(rig.Context, new FormatRequest(null, 2, [], false, true, Yes), CancellationToken.None);
        string tree = rig.Tree("tree");
        File.WriteAllText(Path.Combine(tree, "a"), "content");
        string id = rig.Backup(tree).Backup.Id;
        var plan = new Emulation.Faults.DriveFaultPlan().Add(Emulation.Faults.DriveFaults.WriteError with { OperationCode = Erase6.OperationCode, Command = 2 });
        rig.Faults = plan;
        Should.Throw<OperationException>(() => Erase(rig, Yes));
        plan.Struck.ShouldBe(1);
        rig.Faults = null;
        rig.ShouldRestore(id, tree);
        Erase(rig, Yes).Forgotten.ShouldBe([id]);
    }

    [Fact]
    public void Nobody_to_ask_is_a_no()
    {
        using Rig rig = WithBackup(out string id);
        OperationException refused = Should.Throw<OperationException>(() => Erase(rig, new Consent(false, null, null, null)));
        refused.Status.ShouldBe(ExitStatus.Usage);
        refused.Message.ShouldContain("say --yes");
        refused.Message.ShouldContain("barcode CAP001L9");
        refused.Message.ShouldContain(id);
        rig.Verify().Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void The_question_names_the_tape_and_a_no_changes_nothing()
    {
        using Rig rig = WithBackup(out string id);
        string? asked = null;
        OperationException refused = Should.Throw<OperationException>(() => Erase(rig, new Consent(false, null, null, question =>
        {
            asked = question;
            return false;
        })));
        refused.Status.ShouldBe(ExitStatus.Failed);
        asked!.ShouldStartWith("Erase tape CAP001L9 (");
        asked.ShouldContain("), barcode CAP001L9, in virtual:test? Everything on it is lost. 1 backup on it will be gone: " + id);
        rig.Verify().Status.ShouldBe(ExitStatus.Success);
        Erase(rig, new Consent(false, null, null, static _ => true)).Forgotten.ShouldBe([id]);
    }

    [Theory]
    [InlineData("CAP002L9", null, "not CAP002L9")]
    [InlineData(null, "monday", "its label is 'CAP001L9', not 'monday'")]
    public void Another_tape_than_the_one_that_was_meant_is_left_alone(string? barcode, string? label, string text)
    {
        using Rig rig = WithBackup(out _);
        foreach (Func<Consent, ErasureReport> destroy in (Func<Consent, ErasureReport>[])[consent => Erase(rig, consent), consent => Format(rig, consent)])
        {
            OperationException refused = Should.Throw<OperationException>(() => destroy(new Consent(true, barcode, label, null)));
            refused.Status.ShouldBe(ExitStatus.Tape);
            refused.Message.ShouldContain(text);
        }
        rig.Verify().Status.ShouldBe(ExitStatus.Success);
        Erase(rig, new Consent(true, "CAP001L9", "CAP001L9", null)).State.ShouldBe("done");
    }

    [Fact]
    public void A_long_erase_is_watched_to_its_end()
    {
        var clock = new InstantTime();
        using var rig = new Rig(time: clock);
        var phases = new List<string>();
        rig.OnPhase = phases.Add;
        ErasureReport report = EraseOperation.Run(rig.Context, new EraseRequest(null, true, true, Yes), CancellationToken.None);
        report.State.ShouldBe("done");
        report.Seconds.ShouldBe(20, 0.001);
        phases.ShouldContain("erasing");
        rig.Context.Progress.TotalBytes.ShouldNotBeNull().ShouldBeInRange((1L << 40) - 1_000_000, 1L << 40);
        (rig.Context.Progress.Bytes / (double)rig.Context.Progress.TotalBytes.Value).ShouldBe(0.95, 0.01);
    }

    [Fact]
    public void Whoever_leaves_a_long_erase_leaves_it_to_the_drive()
    {
        var clock = new InstantTime();
        using var rig = new Rig(time: clock);
        using var leave = new CancellationTokenSource();
        int waits = 0;
        clock.OnWait = () =>
        {
            if (++waits == 3)
                leave.Cancel();
        };
        ErasureReport report = EraseOperation.Run(rig.Context, new EraseRequest(null, true, true, Yes), leave.Token);
        report.State.ShouldBe("running");
        report.Status.ShouldBe(ExitStatus.Interrupted);
        rig.Notes.ShouldContain(note => note.Contains("goes on erasing by itself"));
        DriveStatusReport status = Status.StatusOperation.Run(rig.Context, null);
        status.State.ShouldBe("busy");
        status.Activity.ShouldBe("erasing");
        status.Progress.ShouldNotBeNull();
        clock.Advance(TimeSpan.FromSeconds(20));
        Status.StatusOperation.Run(rig.Context, null).State.ShouldBe("ready");
    }

    [Fact]
    public void Without_waiting_it_returns_when_it_has_begun()
    {
        using var rig = new Rig(time: new InstantTime());
        ErasureReport report = EraseOperation.Run(rig.Context, new EraseRequest(null, true, false, Yes), CancellationToken.None);
        report.State.ShouldBe("running");
        report.Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void Every_partition_is_erased()
    {
        var clock = new InstantTime();
        using var rig = new Rig(time: clock);
        Format(rig, Yes, 3).Partitions.Count.ShouldBe(3);
        using (VirtualLibrary library = VirtualLibrary.Open(rig.LibraryPath, clock))
        {
            using IScsiTransport transport = library.OpenDrive("x");
            for (byte partition = 0; partition < 3; partition++)
            {
                Send(transport, $"920200{partition:X2}000000000000000000000000");
                Send(transport, "0A0000000100", [7]);
            }
            // Somebody left it in the last partition.
        }
        ErasureReport report = Erase(rig, Yes);
        report.Tape.ShouldContain("a tape that Capstan did not label");
        report.Partitions.Count.ShouldBe(3);
        using Emulation.Cartridges.Cartridge cartridge = Emulation.Cartridges.Cartridge.Open(rig.CartridgePath, readOnly: true);
        for (int i = 0; i < 3; i++)
            cartridge.GetPartition(i).EndOfData.ShouldBe(0);
    }

    [Fact]
    public void Backups_go_to_the_first_partition_wherever_the_tape_stands()
    {
        var clock = new InstantTime();
        using var rig = new Rig(time: clock);
        Format(rig, Yes, 2);
        using (VirtualLibrary library = VirtualLibrary.Open(rig.LibraryPath, clock))
        {
            using IScsiTransport transport = library.OpenDrive("x");
            Send(transport, "92020001000000000000000000000000");
        }
        string tree = rig.Tree("files");
        File.WriteAllText(Path.Combine(tree, "a"), "text");
        BackupReport backup = rig.Backup(tree);
        rig.Notes.ShouldContain("the tape has 2 partitions; backups are written to the first one only");
        rig.ShouldRestore(backup.Backup.Id, tree);
        using Emulation.Cartridges.Cartridge cartridge = Emulation.Cartridges.Cartridge.Open(rig.CartridgePath, readOnly: true);
        cartridge.EndOfData.ShouldBeGreaterThan(0);
        cartridge.GetPartition(1).EndOfData.ShouldBe(0);
    }

    [Fact]
    public void Partitions_of_sizes_and_back_to_one()
    {
        using var rig = new Rig(capacityBytes: 1_000_000_000_000, time: new InstantTime());
        ErasureReport made = FormatOperation.Run(rig.Context, new FormatRequest(null, null, [null, 100_000_000_000], false, true, Yes), CancellationToken.None);
        made.Partitions.Select(partition => partition.CapacityBytes).ShouldBe([900_000_000_000, 100_000_000_000]);
        made.How.ShouldBe("FORMAT MEDIUM, partitions");
        ErasureReport back = Format(rig, Yes);
        back.How.ShouldBe("FORMAT MEDIUM, one partition");
        back.Partitions.ShouldBe([new PartitionReport(0, 1_000_000_000_000, 0, 1_000_000_000_000)]);
        // What has one partition needs none made.
        Format(rig, Yes).How.ShouldBe("end of data recorded at the beginning");
    }

    /// <summary>FORMAT of FORMAT MEDIUM (byte 2): 0 and 2 have an LTO-9 drive measure the tape anew.</summary>
    [Theory]
    [InlineData("ibm-lto9", 1, false, "")]
    [InlineData("ibm-lto9", 2, false, "040101000000")]
    [InlineData("ibm-lto9", 1, true, "040100000000")]
    [InlineData("ibm-lto9", 2, true, "040102000000")]
    [InlineData("ibm-lto8", 1, true, "040100000000")]
    [InlineData("ibm-lto5", 2, false, "040101000000")]
    [InlineData("ibm-lto4", 1, true, "040100000000 190000000000")]
    public void What_is_sent_by_generation(string model, int partitions, bool full, string sent)
    {
        using var rig = new Rig(time: new InstantTime(), model: model);
        var log = new List<string>();
        rig.Wrap = transport => new Log(transport, log);
        string? asked = null;
        ErasureReport report = FormatOperation.Run(rig.Context, new FormatRequest(null, partitions, [], full, true, new Consent(false, null, null, question =>
        {
            asked = question;
            return true;
        })), CancellationToken.None);
        report.State.ShouldBe("done");
        asked!.Contains("up to 2 hours", StringComparison.Ordinal).ShouldBe(full && model == "ibm-lto9");
        string[] formats = [.. log.Where(cdb => cdb.StartsWith("04", StringComparison.Ordinal) || (sent.Length > 12 && cdb.StartsWith("19", StringComparison.Ordinal)))];
        string.Join(' ', formats).ShouldBe(sent);
    }

    [Theory]
    [InlineData("ibm-lto4", 2, "cannot have partitions")]
    [InlineData("ibm-lto6", 3, "2 partitions at most")]
    public void What_a_generation_cannot(string model, int partitions, string text)
    {
        using var rig = new Rig(time: new InstantTime(), model: model);
        OperationException refused = Should.Throw<OperationException>(() => Format(rig, Yes, partitions));
        refused.Status.ShouldBe(ExitStatus.Device);
        refused.Message.ShouldContain(text);
    }

    [Fact]
    public void Write_once_tapes_take_backups_and_nothing_else()
    {
        using var rig = new Rig(worm: true);
        string tree = rig.Tree("files");
        File.WriteAllText(Path.Combine(tree, "a"), "one");
        string first = rig.Backup(tree).Backup.Id;
        File.WriteAllText(Path.Combine(tree, "b"), "two");
        string second = rig.Backup(tree).Backup.Id;
        rig.ShouldRestore(second, tree);
        foreach (Action destroy in (Action[])[() => Erase(rig, Yes), () => Format(rig, Yes)])
        {
            OperationException refused = Should.Throw<OperationException>(destroy);
            refused.Status.ShouldBe(ExitStatus.Tape);
            refused.Message.ShouldContain("write-once (WORM)");
        }
        CatalogOperations.List(rig.Context).Select(backup => backup.Id).ShouldBe([first, second]);
        rig.Verify(first).Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void A_write_protected_tape_is_refused_before_anything_is_asked()
    {
        using Rig rig = WithBackup(out _);
        using (VirtualLibrary library = VirtualLibrary.Open(rig.LibraryPath))
            library.SetWriteProtect("CAP001L9", true);
        Should.Throw<OperationException>(() => Erase(rig, new Consent(false, null, null, static _ => throw new InvalidOperationException("asked")))).Status.ShouldBe(ExitStatus.Tape);
    }

    /// <summary>Somebody set PEWS: the drive warns long before the end, and the backup goes on.</summary>
    [Fact]
    public void A_warning_that_somebody_else_asked_for_does_not_end_a_backup()
    {
        using var rig = new Rig(capacityBytes: 40_000_000, earlyWarningBytes: 5_000_000);
        using (VirtualLibrary library = VirtualLibrary.Open(rig.LibraryPath))
        {
            using IScsiTransport transport = library.OpenDrive("x");
            // MODE SELECT(10) of page 10h/01h: SHORT ERASE MODE 2, PEWS 25 MB.
            byte[] list = [0, 0, 0, 0x10, 0, 0, 0, 0, 0x50, 0x01, 0, 0x1C, 0, 0x02, 0, 25, .. new byte[24]];
            Send(transport, "55100000000000002800", list);
        }
        string tree = rig.Tree("files");
        var content = new byte[25_000_000];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(Path.Combine(tree, "a"), content);
        int warnings = 0;
        rig.Wrap = transport => new Log(transport, [], sense => warnings += sense.EndsWith("0007", StringComparison.Ordinal) ? 1 : 0);
        BackupReport report = rig.Backup(tree);
        warnings.ShouldBe(1);
        report.Status.ShouldBe(ExitStatus.Success);
        rig.ShouldRestore(report.Backup.Id, tree);
    }

    private static Rig WithBackup(out string id)
    {
        var rig = new Rig();
        string tree = rig.Tree("files");
        File.WriteAllText(Path.Combine(tree, "a"), "text");
        id = rig.Backup(tree).Backup.Id;
        return rig;
    }

    private static ErasureReport Erase(Rig rig, Consent consent) =>
        EraseOperation.Run(rig.Context, new EraseRequest(null, false, true, consent), CancellationToken.None);

    private static ErasureReport Format(Rig rig, Consent consent, int? partitions = null) =>
        FormatOperation.Run(rig.Context, new FormatRequest(null, partitions, [], false, true, consent), CancellationToken.None);

    private static void Send(IScsiTransport transport, string cdb, byte[]? data = null)
    {
        Span<byte> sense = stackalloc byte[ScsiCompletion.SenseBufferLength];
        ScsiCompletion completion;
        int tries = 0;
        // Unit attentions come first.
        do
            completion = transport.Execute(Cdb.FromBytes(Convert.FromHexString(cdb)), data is null ? DataTransfer.None : DataTransfer.ToDevice(data), sense, TimeSpan.FromSeconds(1));
        while (completion.Status != ScsiStatus.Good && ++tries < 3);
        completion.Status.ShouldBe(ScsiStatus.Good, Convert.ToHexString(sense[..completion.SenseLength]));
    }

    private sealed class Log(IScsiTransport inner, List<string> cdbs, Action<string>? onSense = null) : IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            cdbs.Add(Convert.ToHexString(cdb.Span));
            ScsiCompletion completion = inner.Execute(cdb, data, sense, timeout);
            if (completion.Status == ScsiStatus.CheckCondition)
                onSense?.Invoke(Convert.ToHexString(sense[2..3]) + Convert.ToHexString(sense[12..14]));
            return completion;
        }

        public void Dispose() => inner.Dispose();
    }
}
