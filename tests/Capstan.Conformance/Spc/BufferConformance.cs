namespace Capstan.Conformance.Spc;

/// <summary>
/// READ BUFFER (SPC-4 6.18) and WRITE BUFFER (6.49): data and echo modes. Modes that load microcode are never sent, to no target.
/// </summary>
public abstract class BufferConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const int PatternBytes = 252;

    [Fact]
    public void DataAreReadBack() => Check("SPC-4 6.49.4, 6.18.4: mode 02h", device =>
    {
        byte[] descriptor = device.Good("3C 03 00 000000 000004 00", dataIn: 4);
        int capacity = descriptor[1] << 16 | descriptor[2] << 8 | descriptor[3];
        capacity.ShouldBeGreaterThan(0);
        byte[] pattern = TargetDevice.Block(7, Math.Min(capacity, PatternBytes));
        device.Send($"3B 02 00 000000 {pattern.Length:X6} 00", pattern).Good();
        device.Good($"3C 02 00 000000 {pattern.Length:X6} 00", dataIn: pattern.Length).ShouldBe(pattern);
    });

    [Fact]
    public void TheEchoIsReadBack() => Check("SPC-4 6.49.8, 6.18.8: mode 0Ah", device =>
    {
        byte[] descriptor = device.Good("3C 0B 00 000000 000004 00", dataIn: 4);
        int capacity = (descriptor[2] & 0x1F) << 8 | descriptor[3];
        capacity.ShouldBeGreaterThan(0);
        byte[] pattern = TargetDevice.Block(8, Math.Min(capacity, PatternBytes));
        device.Send($"3B 0A 00 000000 {pattern.Length:X6} 00", pattern).Good();
        device.Good($"3C 0A 00 000000 {pattern.Length:X6} 00", dataIn: pattern.Length).ShouldBe(pattern);
    });

    [Fact]
    public void NoMoreThanThereIsRoomFor() => Check("SPC-4 6.49.4: INVALID FIELD IN CDB", device =>
    {
        byte[] descriptor = device.Good("3C 03 00 000000 000004 00", dataIn: 4);
        int capacity = descriptor[1] << 16 | descriptor[2] << 8 | descriptor[3];
        DoesNotApply(capacity is 0 or > 1 << 19, $"a buffer of {capacity} bytes");
        device.Send($"3B 02 00 000000 {capacity + 1:X6} 00", new byte[capacity + 1]).RefusesField();
    });

    [Fact]
    public void ABufferThatIsNotThereHoldsNothing() => Check("SPC-4 6.18.5: the descriptor is zeros", device =>
        device.Good("3C 03 FE 000000 000004 00", dataIn: 4).ShouldBe(new byte[4]));

    [Fact]
    public void AReservedModeIsRefused() => Check("SPC-4 6.18.1: mode 1Fh of READ BUFFER", device =>
        device.Send("3C 1F 00 000000 000004 00", dataIn: 4).RefusesField());

    [Fact]
    public void ThePositionStays() => Check("SPC-4 6.18", device =>
    {
        device.WriteTwoFiles();
        device.Read(100).Good();
        device.Good("3C 03 00 000000 000004 00", dataIn: 4);
        device.Read(200).Good().ShouldBe(TargetDevice.Block(2, 200));
    });
}
