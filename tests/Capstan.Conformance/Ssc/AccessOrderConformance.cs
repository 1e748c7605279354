using System.Buffers.Binary;

namespace Capstan.Conformance.Ssc;

/// <summary>
/// GENERATE RECOMMENDED ACCESS ORDER and RECEIVE RECOMMENDED ACCESS ORDER (IBM LTO-9 SCSI Reference, MAINTENANCE OUT and IN, service action 1Dh).
/// </summary>
public abstract class AccessOrderConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const int HeaderBytes = 8;
    private const int SegmentBytes = 32;

    [Fact]
    public void TellsItsLimits() => Ordering("IBM LTO-9 SCSI Reference: UDS_LIMITS", device =>
    {
        byte[] limits = device.Good("A3 9D 00000000 00000004 00 00", dataIn: 4);
        BinaryPrimitives.ReadUInt16BigEndian(limits).ShouldBeGreaterThan((ushort)0, "segments");
        BinaryPrimitives.ReadUInt16BigEndian(limits.AsSpan(2)).ShouldBeGreaterThanOrEqualTo((ushort)SegmentBytes);
    });

    [Fact]
    public void TheOrderHasEverySegmentOnce() => Ordering("IBM LTO-9 SCSI Reference: RAO PROCESS 2", device =>
    {
        device.WriteBlocks(20, 60_000);
        byte[] list = List((5, 6), (1, 2), (17, 18), (9, 9));
        Generate(device, list).Good();
        byte[] answer = Receive(device);
        answer.Length.ShouldBe(HeaderBytes + 4 * SegmentBytes);
        Segments(answer).Order().ShouldBe(Segments(list).Order());
        device.ShouldStandAt(0, "nothing moved");
    });

    [Fact]
    public void InTheOrderGiven() => Ordering("IBM LTO-9 SCSI Reference: RAO PROCESS 1", device =>
    {
        device.WriteBlocks(20, 60_000);
        byte[] list = List((5, 6), (1, 2), (17, 18));
        Generate(device, list, process: 1).Good();
        Segments(Receive(device)).ShouldBe(Segments(list));
    });

    [Fact]
    public void WhatIsNotOnTheTapeIsRefused() => Ordering("IBM LTO-9 SCSI Reference: INVALID FIELD IN PARAMETER LIST", device =>
    {
        device.WriteBlocks(3, 1000);
        Generate(device, List((0, 1), (500, 501))).Checks("5/26/00");
    });

    [Fact]
    public void AReservedProcessIsRefused() => Ordering("IBM LTO-9 SCSI Reference: RAO PROCESS 7", device =>
    {
        device.WriteBlocks(3, 1000);
        Generate(device, List((0, 1)), process: 7).RefusesField();
    });

    private void Ordering(string clause, Action<TargetDevice> check, [System.Runtime.CompilerServices.CallerMemberName] string method = "") => Check(clause, device =>
    {
        Reply limits = device.Send("A3 9D 00000000 00000004 00 00", dataIn: 4);
        DoesNotApply(limits.Outcome is "5/20/00" or "5/24/00", "the drive orders nothing: full-height LTO-9 drives and newer do");
        check(device);
    }, method);

    private static Reply Generate(TargetDevice device, byte[] list, int process = 2) =>
        device.Send($"A4 1D {process:X2} 00 00 00 {list.Length:X8} 00 00", list);

    private static byte[] Receive(TargetDevice device) => device.Good("A3 1D 00000000 00001000 00 00", dataIn: 4096);

    /// <summary>ADDITIONAL DATA in bytes 4 to 7; a segment: length 0-1, name 5-14, partition 15, first object 16-23, last object 24-31.</summary>
    private static byte[] List(params (long First, long Last)[] segments)
    {
        var list = new byte[HeaderBytes + SegmentBytes * segments.Length];
        BinaryPrimitives.WriteInt32BigEndian(list.AsSpan(4), SegmentBytes * segments.Length);
        for (int i = 0; i < segments.Length; i++)
        {
            Span<byte> one = list.AsSpan(HeaderBytes + SegmentBytes * i, SegmentBytes);
            BinaryPrimitives.WriteUInt16BigEndian(one, SegmentBytes - 2);
            one.Slice(5, 10).Fill((byte)('A' + i));
            BinaryPrimitives.WriteInt64BigEndian(one[16..], segments[i].First);
            BinaryPrimitives.WriteInt64BigEndian(one[24..], segments[i].Last);
        }
        return list;
    }

    private static IEnumerable<string> Segments(byte[] list) =>
        list[HeaderBytes..].Chunk(SegmentBytes).Select(one => Convert.ToHexString(one.AsSpan(5, 10)) + Convert.ToHexString(one.AsSpan(16, 16)));
}
