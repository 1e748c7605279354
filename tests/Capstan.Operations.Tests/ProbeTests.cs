using Capstan.Operations.Probe;
using Capstan.Operations.Raw;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>Measuring the way to a drive, and what the next open makes of it.</summary>
public sealed class ProbeTests
{
    private static ProbeReport Probe(Rig rig, bool write = true) =>
        ProbeOperation.Run(rig.Context, new ProbeRequest(null, write, 1 << 20), CancellationToken.None);

    private static RawReport Write(Rig rig, int block) => RawWriteOperation.Run(rig.Context,
        new RawWriteRequest(null, new MemoryStream(new byte[100]), "input", block, false, 1, RawStart.Beginning, false), CancellationToken.None);

    [Fact]
    public void Every_block_length_is_tried_and_what_was_found_limits_the_next_open()
    {
        using var rig = new Rig();
        ProbeReport report = Probe(rig);
        report.Steps.ShouldAllBe(static step => step.Problem == null);
        report.Steps[0].BlockLength.ShouldBe(65536);
        report.LargestTransferBytes.ShouldBe(8 << 20);
        report.Residual.ShouldBe("honest");
        report.DirectIo.ShouldBe("unavailable");
        Write(rig, 1 << 20).Status.ShouldBe(ExitStatus.Success);

        string facts = File.ReadAllText(report.RememberedIn!);
        File.WriteAllText(report.RememberedIn!, facts.Replace("8388608", "524288", StringComparison.Ordinal));
        Should.Throw<OperationException>(() => Write(rig, 1 << 20)).Message.ShouldContain("524288");

        File.WriteAllText(report.RememberedIn!, facts[..20]);
        Write(rig, 1 << 20).Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void A_labelled_tape_is_not_measured_by_writing_and_without_writing_nothing_moves()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllText(Path.Combine(tree, "file"), "content");
        string id = rig.Backup(tree).Backup.Id;
        Should.Throw<OperationException>(() => Probe(rig)).Status.ShouldBe(ExitStatus.Tape);
        ProbeReport report = Probe(rig, write: false);
        report.Steps.ShouldBeEmpty();
        report.RememberedIn.ShouldBeNull();
        rig.ShouldRestore(id, tree);
    }

    /// <summary>What is still in the buffer of the block before must not be taken for what came.</summary>
    [Fact]
    public void A_path_that_delivers_the_first_page_only_is_found_out()
    {
        int reads = 0;
        using var rig = new Rig { Wrap = inner => new Bent(inner) { OnRead = data => ++reads % 2 == 0 && data.Length > 4096 ? data[..4096] : data } };
        ProbeReport report = Probe(rig);
        report.Steps.ShouldAllBe(static step => step.Problem != null);
        report.LargestTransferBytes.ShouldBeNull();
        report.RememberedIn.ShouldBeNull();
    }

    /// <summary>A cable that was pulled says nothing about how much the adapter carries, and must not limit every later backup.</summary>
    [Fact]
    public void A_drive_that_is_lost_in_between_is_an_error_and_nothing_is_remembered()
    {
        using var rig = new Rig();
        int writes = 0;
        rig.Wrap = inner => new Bent(inner) { BeforeWrite = _ => ++writes > 20, IsLost = true };
        Should.Throw<OperationException>(() => Probe(rig)).Status.ShouldBe(ExitStatus.Device);
        Directory.Exists(Path.Combine(rig.Context.Home, "drives")).ShouldBeFalse();
        rig.Wrap = static inner => inner;
        Write(rig, 1 << 20).Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void A_reset_in_between_does_not_limit_the_drive_for_ever()
    {
        using var rig = new Rig();
        int writes = 0;
        rig.Wrap = inner => new Bent(inner) { BeforeWrite = _ => ++writes == 20 };
        Probe(rig).Steps.ShouldAllBe(static step => step.Problem == null);
    }

    /// <summary>A path that cannot do long transfers is what the measurement is for.</summary>
    [Fact]
    public void A_path_that_refuses_long_transfers_is_remembered_as_such()
    {
        using var rig = new Rig { Wrap = static inner => new Bent(inner) { BeforeWrite = static length => length > 1 << 20 } };
        ProbeReport report = Probe(rig);
        report.LargestTransferBytes.ShouldBe(1 << 20);
        report.Steps.Count(static step => step.Problem != null).ShouldBe(3);
    }

    /// <summary>A bad spot lies on the tape, whatever the length of what is written there.</summary>
    [Fact]
    public void A_damaged_tape_says_nothing_about_the_path()
    {
        using var rig = new Rig();
        rig.Wrap = inner => new Bent(inner) { IsBadSpot = static length => length >= 1 << 20 };
        Should.Throw<OperationException>(() => Probe(rig)).Message.ShouldContain("Write error");
        Directory.Exists(Path.Combine(rig.Context.Home, "drives")).ShouldBeFalse();
    }

    [Fact]
    public void A_tape_that_is_too_short_says_nothing_about_the_path()
    {
        using var rig = new Rig(capacityBytes: 600_000, earlyWarningBytes: 1000);
        Should.Throw<OperationException>(() => Probe(rig)).Status.ShouldBe(ExitStatus.TapeFull);
        Directory.Exists(Path.Combine(rig.Context.Home, "drives")).ShouldBeFalse();
    }

    /// <summary>A path with a fault.</summary>
    private sealed class Bent(IScsiTransport inner) : IScsiTransport
    {
        private bool _isGone;

        /// <summary>What really comes of a block.</summary>
        public Func<byte[], byte[]>? OnRead { get; init; }

        /// <summary>Of a WRITE of that length: whether it fails.</summary>
        public Func<int, bool>? BeforeWrite { get; init; }

        /// <summary>Of a WRITE of that length: whether the medium takes it badly.</summary>
        public Func<int, bool>? IsBadSpot { get; init; }

        /// <summary>Nothing comes after the failure.</summary>
        public bool IsLost { get; init; }

        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            if (_isGone || cdb.OperationCode == Write6.OperationCode && BeforeWrite?.Invoke(data.ToDeviceBuffer.Length) == true)
            {
                _isGone = IsLost;
                throw new ScsiTransportException(IsLost ? TransportFault.Lost : TransportFault.NotSent, "the path is bent");
            }

            if (cdb.OperationCode == Write6.OperationCode && IsBadSpot?.Invoke(data.ToDeviceBuffer.Length) == true)
            {
                // Fixed format, current: MEDIUM ERROR, 0C/00 write error (SPC-5 4.4.3).
                ReadOnlySpan<byte> bad = [0x70, 0, 0x03, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x0C, 0, 0, 0, 0, 0];
                bad.CopyTo(sense);
                return new ScsiCompletion(ScsiStatus.CheckCondition, bad.Length, null);
            }

            if (OnRead is null || cdb.OperationCode != Read6.OperationCode)
                return inner.Execute(cdb, data, sense, timeout);
            var whole = new byte[data.FromDeviceBuffer.Length];
            ScsiCompletion completion = inner.Execute(cdb, DataTransfer.FromDevice(whole), sense, timeout);
            OnRead(whole).CopyTo(data.FromDeviceBuffer);
            return completion;
        }

        public void Dispose() => inner.Dispose();
    }
}
