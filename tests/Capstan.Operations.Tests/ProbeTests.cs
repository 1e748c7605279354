using Capstan.Operations.Probe;
using Capstan.Operations.Raw;

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
}
