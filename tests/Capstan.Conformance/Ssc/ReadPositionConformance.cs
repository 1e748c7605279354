using System.Buffers.Binary;

namespace Capstan.Conformance.Ssc;

/// <summary>READ POSITION (SSC-4 7.7).</summary>
public abstract class ReadPositionConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const string Short = "34 00 00 00 00 00 00 00 00 00";
    private const string Long = "34 06 00 00 00 00 00 00 00 00";
    private const string Extended = "34 08 00 00 00 00 00 00 20 00";

    // Byte 0: 7 BOP, 6 EOP, 2 LOCU or MPU's neighbour; see each form.
    private const int BeginningOfPartition = 0x80;

    [Fact]
    public void ShortAtTheBeginning() => Check("SSC-4 7.7.2: BOP", device =>
    {
        device.WriteTwoFiles();
        byte[] answer = device.Good(Short, dataIn: 20);
        answer.Length.ShouldBe(20);
        (answer[0] & 0xC4).ShouldBe(BeginningOfPartition, "BOP, not EOP, location known");
        answer[1].ShouldBe((byte)0, "partition");
        BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(4)).ShouldBe(0u, "first object");
        BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(8)).ShouldBe(0u, "last object");
    });

    [Fact]
    public void ShortBehindAFilemark() => Check("SSC-4 7.7.2: filemarks are objects", device =>
    {
        device.WriteTwoFiles();
        device.Space(1, 1).Good();
        byte[] answer = device.Good(Short, dataIn: 20);
        (answer[0] & BeginningOfPartition).ShouldBe(0);
        BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(4)).ShouldBe(4u);
    });

    [Fact]
    public void LongAtTheBeginning() => Check("SSC-4 7.7.3: BOP", device =>
    {
        device.WriteTwoFiles();
        byte[] answer = device.Good(Long, dataIn: 32);
        answer.Length.ShouldBe(32);
        (answer[0] & 0xCC).ShouldBe(BeginningOfPartition, "BOP, not EOP, object and file known");
        BinaryPrimitives.ReadUInt64BigEndian(answer.AsSpan(8)).ShouldBe(0ul, "object");
        BinaryPrimitives.ReadUInt64BigEndian(answer.AsSpan(16)).ShouldBe(0ul, "file");
    });

    [Fact]
    public void LongCountsFiles() => Check("SSC-4 7.7.3: LOGICAL FILE IDENTIFIER is the filemarks before", device =>
    {
        device.WriteTwoFiles();
        device.Space(3, 0).Good();
        byte[] answer = device.Good(Long, dataIn: 32);
        BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(4)).ShouldBe(0u, "partition");
        BinaryPrimitives.ReadUInt64BigEndian(answer.AsSpan(8)).ShouldBe(8ul, "object");
        BinaryPrimitives.ReadUInt64BigEndian(answer.AsSpan(16)).ShouldBe(2ul, "file");
    });

    [Fact]
    public void ExtendedSaysWhatIsOnTheMedium() => Check("SSC-4 7.7.4", device =>
    {
        device.Write(TargetDevice.Block(1, 1000)).Good();
        device.WriteFilemarks(1).Good();
        byte[] answer = device.Good(Extended, dataIn: 32);
        answer.Length.ShouldBe(32);
        BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2)).ShouldBe((ushort)0x1C, "ADDITIONAL LENGTH");
        BinaryPrimitives.ReadUInt64BigEndian(answer.AsSpan(8)).ShouldBe(2ul, "first object");
        BinaryPrimitives.ReadUInt64BigEndian(answer.AsSpan(16)).ShouldBe(2ul, "last object: the filemark was synchronising");
        BinaryPrimitives.ReadUInt64BigEndian(answer.AsSpan(24)).ShouldBe(0ul, "bytes in the buffer");
    });

    [Fact]
    public void ExtendedWithTooSmallAnAllocation() => Check("SPC-4 4.3.5.6: cut; drives that want room for all of it refuse the field", device =>
    {
        Reply reply = device.Send("34 08 00 00 00 00 00 00 08 00", dataIn: 8);
        if (reply.Outcome == "5/24/00")
            return;
        reply.Good().Length.ShouldBe(8);
        BinaryPrimitives.ReadUInt16BigEndian(reply.Data.AsSpan(2)).ShouldBe((ushort)0x1C, "ADDITIONAL LENGTH is not altered");
    });

    [Fact]
    public void AReservedServiceActionIsRefused() => Check("SSC-4 7.7.1", device =>
        device.Send("34 1F 00 00 00 00 00 00 00 00", dataIn: 32).RefusesField());

    [Fact]
    public void ShortAndLongAgree() => Check("SSC-4 7.7", device =>
    {
        device.WriteTwoFiles();
        for (int i = 0; i < 8; i++)
        {
            device.Position().ShouldBe(i);
            BinaryPrimitives.ReadUInt64BigEndian(device.Good(Long, dataIn: 32).AsSpan(8)).ShouldBe((ulong)i);
            device.Read(600, sili: true);
        }
    });
}
