using System.Buffers.Binary;
using System.Text;

namespace Capstan.Conformance.Spc;

/// <summary>READ MEDIA SERIAL NUMBER (SPC-4 6.23).</summary>
public abstract class MediaSerialNumberConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const string Read = "AB 01 00 00 00 00 00 00 01 00 00 00";

    [Fact]
    public void IsText() => Check("SPC-4 6.23: a multiple of four bytes, padded with 00h", device =>
    {
        byte[] answer = device.Good(Read, dataIn: 256);
        int length = BinaryPrimitives.ReadInt32BigEndian(answer);
        (length % 4).ShouldBe(0);
        answer.Length.ShouldBe(4 + length);
        foreach (byte one in answer.AsSpan(4).TrimEnd((byte)0))
            one.ShouldBeInRange((byte)0x20, (byte)0x7E);
    });

    [Fact]
    public void IsThatOfTheCartridgeMemory() => Check("SPC-4 7.4.2.3.2: attribute 0401h", device =>
    {
        byte[] answer = device.Good(Read, dataIn: 256);
        Reply memory = device.Send("8C 00 0000 00 00 00 00 0401 00001000 00 00", dataIn: 4096);
        DoesNotApply(memory.Outcome != "GOOD", "the cartridge has no memory, or it has no serial number");
        byte[] value = ReadAttributeConformance.AttributesOf(memory.Good())[0].Value;
        Encoding.ASCII.GetString(answer[4..]).Trim(' ', '\0').ShouldBe(Encoding.ASCII.GetString(value).Trim(' ', '\0'));
    });

    [Fact]
    public void CutAtTheAllocationLength() => Check("SPC-4 4.3.5.6: the length field is not altered", device =>
        device.Good("AB 01 00 00 00 00 00 00 00 04 00 00", dataIn: 4).ShouldBe(device.Good(Read, dataIn: 256)[..4]));

    [Fact]
    public void WithoutATapeItIsNotReady() => Check("SSC-4 4.2.19: MEDIUM NOT PRESENT", device =>
    {
        device.Send("1B 00 00 00 00 00").Good();
        device.Send(Read, dataIn: 256).Outcome.ShouldStartWith("2/");
    });

    [Fact]
    public void AnUnknownServiceActionIsRefused() => Check("SPC-4 6.23: SERVICE ACTION 1Eh", device =>
        device.Send("AB 1E 00 00 00 00 00 00 01 00 00 00", dataIn: 256).RefusesField());
}
