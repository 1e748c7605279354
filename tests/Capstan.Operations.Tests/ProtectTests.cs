using Capstan.Backup.Tests.Archive;
using Capstan.Emulation.Library;
using Capstan.Operations.Raw;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Operations.Tests;

/// <summary>--protect: from the directory to the tape and back, over a way that flips bits.</summary>
public sealed class ProtectTests : IDisposable
{
    private const byte Write6 = 0x0A;
    private const byte Read6 = 0x08;

    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_protected_backup_comes_back_whoever_reads_it()
    {
        string source = Source(3 << 20);
        BackupReport backup = Backup(source);
        backup.Status.ShouldBe(ExitStatus.Success);
        backup.Protection.ShouldBe("CRC32C");
        Restore(source, protect: true).Protection.ShouldBe("CRC32C");
        Restore(source, protect: false).Protection.ShouldBeNull();
        VerifyOperation.Run(_rig.Context, new VerifyRequest(null, "latest", Protect: true), CancellationToken.None).Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void A_bit_here_and_there_costs_nothing_but_a_second_try()
    {
        string source = Source(3 << 20);
        _rig.Wrap = static inner => new FaultInjectingTransport(inner, [new Fault(4, Write6) { FlipBit = 12345 }, new Fault(9, Write6) { FlipBit = 2_000_001 }]);
        Backup(source).Status.ShouldBe(ExitStatus.Success);
        _rig.Notes.Count(static note => note.Contains("did not fit its CRC32C when it arrived at the drive", StringComparison.Ordinal)).ShouldBe(2);
        _rig.Wrap = static inner => new FaultInjectingTransport(inner, [new Fault(5, Read6) { FlipBit = 99 }]);
        Restore(source, protect: true);
        _rig.Notes.Count(static note => note.Contains("did not fit its CRC32C when it arrived here", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void A_bad_way_to_the_drive_ends_the_backup_with_what_is_safe()
    {
        string source = Source(3 << 20);
        _rig.Wrap = static inner => new FaultInjectingTransport(inner, [new Fault(6, Write6) { FlipBit = 12345, Count = 1000 }]);
        OperationException e = Should.Throw<OperationException>(() => Backup(source));
        e.Status.ShouldBe(ExitStatus.Device);
        e.Message.ShouldContain("arrived damaged at the drive 3 times");
        e.Message.ShouldContain("those before are safe");
    }

    [Fact]
    public void A_bad_way_from_the_drive_costs_the_files_in_the_block()
    {
        string source = Source(3 << 20);
        Backup(source);
        _rig.Wrap = static inner => new FaultInjectingTransport(inner, [new Fault(5, Read6) { FlipBit = 12345, Count = 3 }]);
        VerifyReport report = VerifyOperation.Run(_rig.Context, new VerifyRequest(null, "latest", Protect: true), CancellationToken.None);
        report.Status.ShouldBe(ExitStatus.Damaged);
        report.DamagedBlocks.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(512)]
    [InlineData(70_001)]
    public void Raw_files_of_any_block_length(int blockLength)
    {
        byte[] content = new byte[300_000];
        new Random(9).NextBytes(content);
        using var input = new MemoryStream(content);
        RawReport written = RawWriteOperation.Run(_rig.Context,
            new RawWriteRequest(null, input, "input", blockLength, PadLast: false, 1, RawStart.Beginning, OverwriteLabelled: false, Protect: true), CancellationToken.None);
        written.Bytes.ShouldBe(content.Length);
        foreach (bool protect in new[] { true, false })
        {
            var target = new MemoryTarget();
            RawReport read = RawReadOperation.Run(_rig.Context, new RawReadRequest(null, target, 4096, 1, 0, RawStart.Beginning, protect), CancellationToken.None);
            read.Files[0].LongestBlock.ShouldBe(blockLength);
            target.Bytes.ToArray().ShouldBe(content);
        }
    }

    [Fact]
    public void A_drive_that_cannot_says_so_before_anything_is_written()
    {
        string source = Source(1000);
        _rig.Wrap = static inner => new WithoutProtection(inner);
        OperationException e = Should.Throw<OperationException>(() => Backup(source));
        e.Status.ShouldBe(ExitStatus.Device);
        e.Message.ShouldContain("this drive (IBM ULT3580-TD9) cannot protect blocks by a checksum");
    }

    [Fact]
    public void Protection_that_somebody_left_on_is_told()
    {
        string source = Source(1000);
        using (IScsiTransport drive = VirtualLibrary.OpenDrive(_rig.LibraryPath, "virtual:other"))
        {
            byte[] page = Convert.FromHexString("0000001000000000" + "4AF0001C0204C000" + new string('0', 48));
            var sense = new byte[ScsiCompletion.SenseBufferLength];
            while (drive.Execute(Cdb.Of(new ModeSelect10((ushort)page.Length)), DataTransfer.ToDevice(page), sense, TimeSpan.FromSeconds(1)).Status != ScsiStatus.Good)
                ;
        }

        BackupOperation.Run(_rig.Context, new BackupRequest(null, [source], [], false, null), CancellationToken.None).Status.ShouldBe(ExitStatus.Success);
        _rig.Notes.ShouldContain(static note => note.Contains("left the drive in logical block protection", StringComparison.Ordinal));
        Restore(source, protect: false);
    }

    private string Source(int bytes)
    {
        string source = _rig.Tree("source");
        byte[] content = new byte[bytes];
        new Random(4).NextBytes(content);
        File.WriteAllBytes(Path.Combine(source, "large"), content);
        File.WriteAllText(Path.Combine(source, "small"), "small");
        return source;
    }

    private BackupReport Backup(string source) =>
        BackupOperation.Run(_rig.Context, new BackupRequest(null, [source], [], false, null, Protect: true), CancellationToken.None);

    private RestoreReport Restore(string source, bool protect)
    {
        string target = _rig.NewPath("back-" + Guid.NewGuid().ToString("N"));
        RestoreReport report = RestoreOperation.Run(_rig.Context, new RestoreRequest(null, "latest", target, [], false, protect), CancellationToken.None);
        report.Problems.ShouldBeEmpty();
        TreeComparer.Compare(source, target + source).ShouldBeEmpty();
        return report;
    }

    private sealed class MemoryTarget : IRawTarget
    {
        public MemoryStream Bytes { get; } = new();

        public string Name => "memory";

        public void Begin(int file)
        {
        }

        public void Write(ReadOnlySpan<byte> blocks) => Bytes.Write(blocks);
    }

    /// <summary>As tgt's drive: no such mode page.</summary>
    private sealed class WithoutProtection(IScsiTransport inner) : IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            if (cdb.OperationCode != 0x5A || cdb.Span[3] != 0xF0)
                return inner.Execute(cdb, data, sense, timeout);
            var refusal = new SenseData { Key = SenseKey.IllegalRequest, Code = SenseCode.InvalidFieldInCdb };
            return new ScsiCompletion(ScsiStatus.CheckCondition, refusal.Encode(sense), data.Length);
        }

        public void Dispose() => inner.Dispose();
    }
}
