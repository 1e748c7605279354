using System.Buffers.Binary;

namespace Capstan.Conformance.Ssc;

/// <summary>SET CAPACITY (SSC-4 7.11). Every check leaves a tape of full length.</summary>
public abstract class SetCapacityConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void ShortensTheTapeAndEmptiesIt() => Shortened("SSC-4 7.11; SPC-4 7.4.2.2.1: attribute 0001h", device =>
    {
        long before = MaximumMegabytes(device);
        device.WriteTwoFiles();
        device.Send("0B 00 00 80 00 00").Good();
        device.Read(100).Outcome.ShouldStartWith("8/");
        device.ShouldStandAt(0, "the beginning");
        // Half of it; drives round to what they count in.
        MaximumMegabytes(device).ShouldBeInRange(before / 3, before * 2 / 3);
        device.Rewind();
        device.Send("0B 00 00 FF FF 00").Good();
        MaximumMegabytes(device).ShouldBe(before);
    });

    [Fact]
    public void OnlyAtTheBeginning() => Shortened("SSC-4 7.11: POSITION PAST BEGINNING OF MEDIUM", device =>
    {
        device.WriteTwoFiles();
        device.Space(0, 1).Good();
        device.Send("0B 00 00 80 00 00").Checks("5/3B/0C");
        device.Rewind();
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100));
    });

    [Fact]
    public void AReservedBitIsRefused() => Shortened("SSC-4 7.11, SPC-4 4.3.1", device =>
    {
        device.WriteTwoFiles();
        device.Send("0B 02 00 80 00 00").RefusesField();
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100));
    });

    private void Shortened(string clause, Action<TargetDevice> check, [System.Runtime.CompilerServices.CallerMemberName] string method = "") => Check(clause, device =>
    {
        try
        {
            check(device);
        }
        finally
        {
            device.Send("01 00 00 00 00 00");
            device.Send("0B 00 00 FF FF 00");
        }
    }, method);

    private static long MaximumMegabytes(TargetDevice device)
    {
        byte[] value = Spc.ReadAttributeConformance.AttributesOf(device.Good("8C 00 0000 00 00 00 00 0001 00001000 00 00", dataIn: 4096))[0].Value;
        return BinaryPrimitives.ReadInt64BigEndian(value);
    }
}
