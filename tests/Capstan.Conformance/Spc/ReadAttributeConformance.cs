using System.Buffers.Binary;
using System.Text;

namespace Capstan.Conformance.Spc;

/// <summary>READ ATTRIBUTE (SPC-4 6.17), attributes of SPC-4 7.4.</summary>
public abstract class ReadAttributeConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    /// <summary>What a device that has a medium auxiliary memory at all must be expected to know of a tape.</summary>
    private static readonly int[] Expected = [0x0000, 0x0001, 0x0003, 0x0401];

    [Fact]
    public void ValuesFromTheBeginning() => Check("SPC-4 6.17.2: AVAILABLE DATA does not count itself, identifiers ascend", device =>
    {
        byte[] answer = Values(device, 0x0000);
        BinaryPrimitives.ReadUInt32BigEndian(answer).ShouldBe((uint)(answer.Length - 4));
        int[] ids = [.. AttributesOf(answer).Select(attribute => attribute.Id)];
        ids.ShouldBe([.. ids.Order()]);
        ids.ShouldBeUnique();
        foreach (int id in Expected)
            ids.ShouldContain(id);
    });

    [Fact]
    public void ValuesFromAnIdentifierOn() => Check("SPC-4 6.17.2: FIRST ATTRIBUTE IDENTIFIER is the first one returned", device =>
    {
        byte[] answer = Values(device, 0x0401);
        AttributesOf(answer)[0].Id.ShouldBe(0x0401);
        AttributesOf(answer).ShouldAllBe(attribute => attribute.Id >= 0x0401);
    });

    [Fact]
    public void AnAttributeThatIsNotThereIsRefused() => Check("SPC-4 6.17.2: INVALID FIELD IN CDB", device =>
        device.Send("8C 00 0000 00 00 00 00 3FFF 00001000 00 00", dataIn: 4096).RefusesField());

    [Fact]
    public void TheListIsThatOfTheValues() => Check("SPC-4 6.17.3", device =>
    {
        byte[] list = device.Good("8C 01 0000 00 00 00 00 0000 00004000 00 00", dataIn: 16384);
        BinaryPrimitives.ReadUInt32BigEndian(list).ShouldBe((uint)(list.Length - 4));
        int[] ids = [.. Enumerable.Range(0, (list.Length - 4) / 2).Select(i => BinaryPrimitives.ReadUInt16BigEndian(list.AsSpan(4 + 2 * i)))];
        ids.ShouldBe([.. AttributesOf(Values(device, 0x0000)).Select(attribute => attribute.Id)]);
    });

    [Fact]
    public void CutAtTheAllocationLength() => Check("SPC-4 4.3.5.6: the length field is not altered", device =>
    {
        byte[] whole = Values(device, 0x0000);
        byte[] cut = device.Good("8C 00 0000 00 00 00 00 0000 0000000D 00 00", dataIn: 13);
        cut.Length.ShouldBe(13);
        cut.ShouldBe(whole[..13]);
        device.Send("8C 00 0000 00 00 00 00 0000 00000000 00 00").Good();
    });

    [Fact]
    public void Partitions() => Check("SPC-4 6.17.5: AVAILABLE DATA 2, first partition, number of partitions", device =>
    {
        byte[] answer = device.Good("8C 03 0000 00 00 00 00 0000 00000004 00 00", dataIn: 4);
        BinaryPrimitives.ReadUInt16BigEndian(answer).ShouldBe((ushort)2);
        answer[2].ShouldBe((byte)0);
        answer[3].ShouldBeGreaterThanOrEqualTo((byte)1);
        device.Send($"8C 00 0000 00 00 00 {answer[3]:X2} 0000 00004000 00 00", dataIn: 16384).RefusesField();
    });

    [Fact]
    public void AnotherVolumeIsRefused() => Check("SPC-4 6.17.1: LOGICAL VOLUME NUMBER", device =>
        device.Send("8C 00 0000 00 07 00 00 0000 00004000 00 00", dataIn: 16384).RefusesField());

    [Fact]
    public void AnUnknownServiceActionIsRefused() => Check("SPC-4 6.17.1", device =>
        device.Send("8C 1F 0000 00 00 00 00 0000 00004000 00 00", dataIn: 16384).RefusesField());

    [Fact]
    public void CapacitiesAreMegabytes() => Check("SPC-4 7.4.2.2.1: what is left is not more than there is", device =>
    {
        ulong remaining = Number(device, 0x0000);
        ulong maximum = Number(device, 0x0001);
        maximum.ShouldBeGreaterThan(0UL);
        remaining.ShouldBeLessThanOrEqualTo(maximum);
        // No tape has an exabyte: it would be bytes.
        maximum.ShouldBeLessThan(1_000_000_000UL);
    });

    [Fact]
    public void TheSerialNumberIsText() => Check("SPC-4 7.4.2.3.2: ASCII, read-only", device =>
    {
        Attribute serial = AttributesOf(Values(device, 0x0401))[0];
        (serial.Flags & 0x83).ShouldBe(0x81);
        Encoding.ASCII.GetString(serial.Value).Trim(' ', '\0').ShouldNotBeEmpty();
    });

    [Fact]
    public void TheVolumeChangeReferenceChangesWithTheTape() => Check("SPC-5, VOLUME CHANGE REFERENCE", device =>
    {
        string before = Convert.ToHexString(AttributesOf(Values(device, 0x0009))[0].Value);
        Convert.ToHexString(AttributesOf(Values(device, 0x0009))[0].Value).ShouldBe(before);
        device.Write(new byte[2000]).Good();
        device.WriteFilemarks(1).Good();
        Convert.ToHexString(AttributesOf(Values(device, 0x0009))[0].Value).ShouldNotBe(before);
    });

    [Fact]
    public void ThePositionStays() => Check("SPC-4 6.17: nothing is moved", device =>
    {
        device.Write(new byte[2000]).Good();
        device.Write(new byte[2000]).Good();
        Values(device, 0x0000);
        device.ShouldStandAt(2, "behind what was written");
    });

    internal sealed record Attribute(int Id, int Flags, byte[] Value);

    internal static byte[] Values(TargetDevice device, int first) => device.Good($"8C 00 0000 00 00 00 00 {first:X4} 00004000 00 00", dataIn: 16384);

    internal static ulong Number(TargetDevice device, int id)
    {
        Attribute attribute = AttributesOf(Values(device, id))[0];
        attribute.Id.ShouldBe(id);
        attribute.Value.Length.ShouldBe(8);
        return BinaryPrimitives.ReadUInt64BigEndian(attribute.Value);
    }

    internal static List<Attribute> AttributesOf(byte[] answer)
    {
        List<Attribute> attributes = [];
        for (int at = 4; at < answer.Length;)
        {
            (at + 5).ShouldBeLessThanOrEqualTo(answer.Length, "a header is whole");
            int length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 3));
            (at + 5 + length).ShouldBeLessThanOrEqualTo(answer.Length, $"attribute at byte {at} fits");
            attributes.Add(new Attribute(BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at)), answer[at + 2], answer[(at + 5)..(at + 5 + length)]));
            at += 5 + length;
        }

        return attributes;
    }
}
