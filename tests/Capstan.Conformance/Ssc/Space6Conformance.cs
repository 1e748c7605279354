namespace Capstan.Conformance.Ssc;

/// <summary>SPACE(6) (SSC-4 6.6).</summary>
public abstract class Space6Conformance(ITargetFixture fixture) : SpaceConformance(fixture)
{
    [Fact]
    public void BlocksForward() => Check("SSC-4 6.6", device => SpaceFrom(device, 0, 0, 2, "GOOD", 2));

    [Fact]
    public void BlocksBackward() => Check("SSC-4 6.6", device => SpaceFrom(device, 2, 0, -2, "GOOD", 0));

    [Fact]
    public void BlocksForwardUpToAFilemark() => Check("SSC-4 6.6: exactly so many is no filemark met", device => SpaceFrom(device, 0, 0, 3, "GOOD", 3));

    [Fact]
    public void BlocksForwardIntoAFilemark() =>
        Check("SSC-4 6.6: FM, residue, behind the filemark", device => SpaceFrom(device, 1, 0, 5, "0/00/01 FM info=3", 4));

    [Fact]
    public void BlocksBackwardIntoAFilemark() =>
        Check("SSC-4 6.6: FM, residue, before the filemark", device => SpaceFrom(device, 6, 0, -5, "0/00/01 FM info=3", 3));

    [Fact]
    public void BlocksForwardIntoEndOfData() =>
        Check("SSC-4 6.6: BLANK CHECK, residue", device => SpaceFrom(device, 8, 0, 2, "8/00/05 info=2", 8));

    [Fact]
    public void BlocksBackwardIntoTheBeginning() =>
        Check("SSC-4 6.6: EOM, BEGINNING-OF-PARTITION, residue", device => SpaceFrom(device, 2, 0, -5, "0/00/04 EOM info=3", 0));

    [Fact]
    public void FilemarksForward() => Check("SSC-4 6.6: stands behind it", device => SpaceFrom(device, 1, 1, 1, "GOOD", 4));

    [Fact]
    public void TwoFilemarksForward() => Check("SSC-4 6.6", device => SpaceFrom(device, 1, 1, 2, "GOOD", 8));

    [Fact]
    public void FilemarksBackward() => Check("SSC-4 6.6: stands before it", device => SpaceFrom(device, 6, 1, -1, "GOOD", 3));

    [Fact]
    public void TwoFilemarksBackward() => Check("SSC-4 6.6", device => SpaceFrom(device, 8, 1, -2, "GOOD", 3));

    [Fact]
    public void FilemarksForwardIntoEndOfData() =>
        Check("SSC-4 6.6: BLANK CHECK, residue", device => SpaceFrom(device, 1, 1, 5, "8/00/05 info=3", 8));

    [Fact]
    public void FilemarksBackwardIntoTheBeginning() =>
        Check("SSC-4 6.6: EOM, BEGINNING-OF-PARTITION, residue", device => SpaceFrom(device, 6, 1, -3, "0/00/04 EOM info=2", 0));

    [Fact]
    public void CountZeroMovesNothing() => Check("SSC-4 6.6: not an error", device =>
    {
        SpaceFrom(device, 1, 0, 0, "GOOD", 1);
        SpaceFrom(device, 1, 1, 0, "GOOD", 1);
    });

    [Fact]
    public void EndOfData() => Check("SSC-4 6.6: COUNT is ignored", device =>
    {
        SpaceFrom(device, 1, 3, 0, "GOOD", 8);
        SpaceFrom(device, 1, 3, 5, "GOOD", 8);
    });

    [Fact]
    public void EndOfDataFromThere() => Check("SSC-4 6.6", device => SpaceFrom(device, 8, 3, 0, "GOOD", 8));

    [Fact]
    public void SequentialFilemarksAreFoundOrRefused() => Check("SSC-4 6.6: optional; LTO drives refuse the code", device =>
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
    public void AReservedCodeIsRefused() => Check("SSC-4 6.6", device => SpaceFrom(device, 1, 7, 1, "5/24/00", 1));

    /// <inheritdoc/>
    protected override Reply Space(TargetDevice device, int code, long count)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.Space(code, (int)count);
    }
}
