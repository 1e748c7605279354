using System.Buffers.Binary;

namespace Capstan.Conformance.Ssc;

/// <summary>READ END OF WRAP POSITION (IBM LTO-8 SCSI Reference, MAINTENANCE IN, service action 1Fh).</summary>
public abstract class EndOfWrapConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const string All = "A3 1F 45 02 0000 00001000 00 00";
    private const int Blocks = 24;

    [Fact]
    public void WrapsEndInOrder() => Wrapped("IBM LTO-8 SCSI Reference: RA=1, ascending", device =>
    {
        device.WriteBlocks(Blocks, 60_000);
        byte[] answer = device.Good(All, dataIn: 4096);
        answer.Length.ShouldBe(2 + BinaryPrimitives.ReadUInt16BigEndian(answer), "RESPONSE DATA LENGTH");
        (int Wrap, long Last)[] wraps = [.. answer[4..].Chunk(12).Select(one =>
            ((int)BinaryPrimitives.ReadUInt16BigEndian(one), BinaryPrimitives.ReadInt64BigEndian([0, 0, .. one[6..]])))];
        wraps.ShouldNotBeEmpty();
        wraps.Select(wrap => wrap.Wrap).ShouldBe(Enumerable.Range(0, wraps.Length));
        wraps.Select(wrap => wrap.Last).ShouldBe(wraps.Select(wrap => wrap.Last).Order());
        wraps[^1].Last.ShouldBeLessThanOrEqualTo(Blocks);
    });

    [Fact]
    public void OneWrapIsThatOfAll() => Wrapped("IBM LTO-8 SCSI Reference: WNV=1", device =>
    {
        device.WriteBlocks(Blocks, 60_000);
        byte[] all = device.Good(All, dataIn: 4096);
        byte[] first = device.Good("A3 1F 45 01 0000 00001000 00 00", dataIn: 4096);
        // Partition and object behind each other in both forms.
        first[^6..].ShouldBe(all[10..16]);
    });

    [Fact]
    public void AnUnwrittenWrapIsRefused() => Wrapped("IBM LTO-8 SCSI Reference: INVALID FIELD IN CDB", device =>
    {
        device.WriteBlocks(1, 100);
        device.Send("A3 1F 45 01 FFFF 00001000 00 00", dataIn: 4096).RefusesField();
    });

    [Fact]
    public void ThePositionStays() => Wrapped("IBM LTO-8 SCSI Reference", device =>
    {
        device.WriteTwoFiles();
        device.Read(100).Good();
        device.Good(All, dataIn: 4096);
        device.Read(200).Good().ShouldBe(TargetDevice.Block(2, 200));
    });

    private void Wrapped(string clause, Action<TargetDevice> check, [System.Runtime.CompilerServices.CallerMemberName] string method = "") => Check(clause, device =>
    {
        DoesNotApply(device.Send(All, dataIn: 4096).Outcome is "5/20/00" or "5/24/00", "the drive tells no ends of wraps: LTO-7 and newer do");
        check(device);
    }, method);
}
