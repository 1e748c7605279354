using System.Runtime.CompilerServices;

namespace Capstan.Conformance.Ssc;

/// <summary>What SPACE(6) and SPACE(16) share (SSC-4 6.6, 7.12). Layout: blocks 0 1 2, filemark 3, blocks 4 5 6, filemark 7, end of data 8.</summary>
public abstract class SpaceConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    /// <summary>The command's name as the checks are listed under: <c>Space6</c>.</summary>
    protected abstract string Command { get; }

    /// <summary>Where the standard has it.</summary>
    protected abstract string Clause { get; }

    [Fact]
    public void BlocksForward() => CheckSpace("", device => SpaceFrom(device, 0, 0, 2, "GOOD", 2));

    [Fact]
    public void BlocksBackward() => CheckSpace("", device => SpaceFrom(device, 2, 0, -2, "GOOD", 0));

    [Fact]
    public void BlocksForwardUpToAFilemark() => CheckSpace("exactly so many is no filemark met", device => SpaceFrom(device, 0, 0, 3, "GOOD", 3));

    [Fact]
    public void BlocksForwardIntoAFilemark() =>
        CheckSpace("FM, residue, behind the filemark", device => SpaceFrom(device, 1, 0, 5, "0/00/01 FM info=3", 4));

    [Fact]
    public void BlocksBackwardIntoAFilemark() =>
        CheckSpace("FM, residue, before the filemark", device => SpaceFrom(device, 6, 0, -5, "0/00/01 FM info=3", 3));

    [Fact]
    public void BlocksForwardIntoEndOfData() =>
        CheckSpace("BLANK CHECK, residue", device => SpaceFrom(device, 8, 0, 2, "8/00/05 info=2", 8));

    [Fact]
    public void BlocksBackwardIntoTheBeginning() =>
        CheckSpace("EOM, BEGINNING-OF-PARTITION, residue", device => SpaceFrom(device, 2, 0, -5, "0/00/04 EOM info=3", 0));

    [Fact]
    public void FilemarksForward() => CheckSpace("stands behind it", device => SpaceFrom(device, 1, 1, 1, "GOOD", 4));

    [Fact]
    public void TwoFilemarksForward() => CheckSpace("", device => SpaceFrom(device, 1, 1, 2, "GOOD", 8));

    [Fact]
    public void FilemarksBackward() => CheckSpace("stands before it", device => SpaceFrom(device, 6, 1, -1, "GOOD", 3));

    [Fact]
    public void TwoFilemarksBackward() => CheckSpace("", device => SpaceFrom(device, 8, 1, -2, "GOOD", 3));

    [Fact]
    public void FilemarksForwardIntoEndOfData() =>
        CheckSpace("BLANK CHECK, residue", device => SpaceFrom(device, 1, 1, 5, "8/00/05 info=3", 8));

    [Fact]
    public void FilemarksBackwardIntoTheBeginning() =>
        CheckSpace("EOM, BEGINNING-OF-PARTITION, residue", device => SpaceFrom(device, 6, 1, -3, "0/00/04 EOM info=2", 0));

    [Fact]
    public void CountZeroMovesNothing() => CheckSpace("not an error", device =>
    {
        SpaceFrom(device, 1, 0, 0, "GOOD", 1);
        SpaceFrom(device, 1, 1, 0, "GOOD", 1);
    });

    [Fact]
    public void EndOfData() => CheckSpace("COUNT is ignored", device =>
    {
        SpaceFrom(device, 1, 3, 0, "GOOD", 8);
        SpaceFrom(device, 1, 3, 5, "GOOD", 8);
    });

    [Fact]
    public void EndOfDataFromThere() => CheckSpace("", device => SpaceFrom(device, 8, 3, 0, "GOOD", 8));

    [Fact]
    public void SequentialFilemarksAreFoundOrRefused() => CheckSpace("optional; LTO drives refuse the code", device =>
    {
        device.Write(TargetDevice.Block(1, 100)).Good();
        device.WriteFilemarks(1).Good();
        device.Write(TargetDevice.Block(2, 100)).Good();
        device.WriteFilemarks(2).Good();
        device.Write(TargetDevice.Block(3, 100)).Good();
        device.Rewind();
        // Where it is known, the tape stands behind the second of the two filemarks that follow each other.
        (Space(device, 2, 2).Outcome, device.Position()).ShouldBeOneOf(("5/24/00", 0L), ("GOOD", 5L));
    });

    [Fact]
    public void AReservedCodeIsRefused() => CheckSpace("", device => SpaceFrom(device, 1, 7, 1, "5/24/00", 1));

    /// <summary>Sends the form under test. Code 0 blocks, 1 filemarks, 2 sequential filemarks, 3 end of data.</summary>
    protected abstract Reply Space(TargetDevice device, int code, long count);

    /// <summary>From an object on, spaces and compares the answer and where the tape stands then.</summary>
    protected void SpaceFrom(TargetDevice device, long from, int code, long count, string outcome, long to)
    {
        ArgumentNullException.ThrowIfNull(device);
        device.WriteTwoFiles();
        if (from == 8)
            device.Space(3, 0).Good();
        else if (from > 0)
            GoTo(device, (int)from);
        device.ShouldStandAt(from, "before the command");
        string seen = Space(device, code, count).Outcome;
        (seen, device.Position()).ShouldBe((outcome, to), $"from object {from}, code {code}, count {count}");
    }

    private void CheckSpace(string what, Action<TargetDevice> check, [CallerMemberName] string method = "") =>
        Check(what.Length == 0 ? Clause : $"{Clause}: {what}", check, method, Command);

    // By reading, so that a target's SPACE is not judged by itself.
    private static void GoTo(TargetDevice device, int objectId)
    {
        for (int i = 0; i < objectId; i++)
            device.Read(600, sili: true);
    }
}
