namespace Capstan.Conformance.Ssc;

/// <summary>LOCATE(10) (SSC-4 6.3) and LOCATE(16) (SSC-4 7.4). Layout: blocks 0 1 2, filemark 3, blocks 4 5 6, filemark 7, end of data 8.</summary>
public abstract class LocateConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    [Fact]
    public void TenToEachObject() => Check("SSC-4 6.3", device =>
    {
        device.WriteTwoFiles();
        foreach (int target in new[] { 5, 0, 7, 3, 8, 1 })
        {
            device.Send(Ten(target)).Good();
            device.ShouldStandAt(target, "where it was sent");
        }
        device.Read(200).Good().ShouldBe(TargetDevice.Block(2, 200), "object 1");
    });

    [Fact]
    public void TenBehindEndOfData() => Check("SSC-4 6.3: BLANK CHECK, at end of data", device =>
    {
        device.WriteTwoFiles();
        device.Send(Ten(9)).Checks("8/00/05");
        device.ShouldStandAt(8, "at end of data");
    });

    [Fact]
    public void TenIgnoresThePartitionWithoutCp() => Check("SSC-4 6.3", device =>
    {
        device.WriteTwoFiles();
        device.Send("2B 00 00 00 00 00 04 00 01 00").Good();
        device.ShouldStandAt(4, "PARTITION counts with CP=1 only");
    });

    [Fact]
    public void TenToAPartitionThatIsNotThere() => Check("SSC-4 6.3", device =>
    {
        device.WriteTwoFiles();
        device.Send("2B 02 00 00 00 00 04 00 3F 00").RefusesField();
    });

    [Fact]
    public void TenImmediately() => Check("SSC-4 6.3: IMMED", device =>
    {
        device.WriteTwoFiles();
        device.Send("2B 01 00 00 00 00 05 00 00 00").Good();
        device.Read(500).Good().ShouldBe(TargetDevice.Block(5, 500), "object 5");
    });

    [Fact]
    public void SixteenToEachObject() => Check("SSC-4 7.4: DEST_TYPE 00b", device =>
    {
        device.WriteTwoFiles();
        foreach (int target in new[] { 5, 0, 7, 3, 8, 1 })
        {
            device.Send(Sixteen(0x00, target)).Good();
            device.ShouldStandAt(target, "where it was sent");
        }
    });

    [Fact]
    public void SixteenBehindEndOfData() => Check("SSC-4 7.4: BLANK CHECK, at end of data", device =>
    {
        device.WriteTwoFiles();
        device.Send(Sixteen(0x00, 1L << 40)).Checks("8/00/05");
        device.ShouldStandAt(8, "at end of data");
    });

    [Fact]
    public void SixteenToEachFile() => Check("SSC-4 7.4: DEST_TYPE 01b, the beginning of the file", device =>
    {
        device.WriteTwoFiles();
        foreach ((int file, long target) in new[] { (1, 4L), (0, 0L), (2, 8L) })
        {
            device.Send(Sixteen(0x08, file)).Good();
            device.ShouldStandAt(target, $"file {file}");
        }
    });

    [Fact]
    public void SixteenToAFileBehindEndOfData() => Check("SSC-4 7.4: BLANK CHECK, at end of data", device =>
    {
        device.WriteTwoFiles();
        device.Send(Sixteen(0x08, 3)).Checks("8/00/05");
        device.ShouldStandAt(8, "at end of data");
    });

    [Fact]
    public void SixteenToEndOfData() => Check("SSC-4 7.4: DEST_TYPE 11b, the identifier is ignored", device =>
    {
        device.WriteTwoFiles();
        device.Send(Sixteen(0x18, 5)).Good();
        device.ShouldStandAt(8, "end of data");
    });

    [Fact]
    public void SixteenToAReservedDestination() => Check("SSC-4 7.4: DEST_TYPE 10b", device =>
    {
        device.WriteTwoFiles();
        device.Send(Sixteen(0x10, 1)).RefusesField();
        device.ShouldStandAt(0, "nothing moved");
    });

    private static string Ten(int target) => $"2B 00 00 {target:X8} 00 00 00";

    private static string Sixteen(int flags, long target) => $"92 {flags:X2} 00 00 {target:X16} 00000000";
}
