namespace Capstan.Conformance.Ssc;

/// <summary>
/// READ BLOCK LIMITS (SSC-4 7.6), REWIND (7.10), LOAD UNLOAD (7.3), PREVENT ALLOW MEDIUM REMOVAL (7.5).
/// </summary>
public abstract class MediumConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private const string Unload = "1B 00 00 00 00 00";
    private const string Load = "1B 00 00 00 01 00";
    private const string Ready = "00 00 00 00 00 00";

    [Fact]
    public void BlockLimits() => Check("SSC-4 7.6.2", device =>
    {
        byte[] answer = device.Good("05 00 00 00 00 00", dataIn: 6);
        answer.Length.ShouldBe(6);
        (answer[0] & 0xE0).ShouldBe(0, "reserved");
        (int maximum, int minimum) = device.BlockLimits();
        (maximum == 0 || maximum >= minimum).ShouldBeTrue($"maximum {maximum}, minimum {minimum}");
        minimum.ShouldBeLessThanOrEqualTo(512, "blocks of 512 bytes are written everywhere");
    });

    [Fact]
    public void RewindGoesToTheBeginning() => Check("SSC-4 7.10", device =>
    {
        device.WriteTwoFiles();
        device.Space(3, 0).Good();
        device.Send("01 00 00 00 00 00").Good();
        device.ShouldStandAt(0, "beginning of partition");
        device.Send("01 00 00 00 00 00").Good();
        device.ShouldStandAt(0, "a second time is no error");
    });

    [Fact]
    public void RewindImmediately() => Check("SSC-4 7.10: IMMED", device =>
    {
        device.WriteTwoFiles();
        device.Space(3, 0).Good();
        device.Send("01 01 00 00 00 00").Good();
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100));
    });

    [Fact]
    public void UnloadMakesItNotReady() => Check("SSC-4 7.3, SPC-4 6.47", device =>
    {
        device.Send(Unload).Good();
        device.Send(Ready).Outcome.ShouldStartWith("2/");
        device.Send("34 00 00 00 00 00 00 00 00 00", dataIn: 20).Outcome.ShouldStartWith("2/");
        device.Send("08 00 00 00 64 00", dataIn: 100).Outcome.ShouldStartWith("2/");
    });

    [Fact]
    public void InquiryAnswersWithoutAMedium() => Check("SPC-4 6.6.1", device =>
    {
        device.Send(Unload).Good();
        byte[] answer = device.Good("12 00 00 00 24 00", dataIn: 36);
        answer[0].ShouldBe((byte)0x01, "connected, and a tape drive: without a medium, too");
    });

    [Fact]
    public void LoadBringsItBackToTheBeginning() => Check("SSC-4 7.3", device =>
    {
        device.WriteTwoFiles();
        device.Space(3, 0).Good();
        device.Send(Unload).Good();
        device.Send(Load).Good();
        Drain(device).Good();
        device.ShouldStandAt(0, "beginning of partition");
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100), "the data are still there");
    });

    [Fact]
    public void LoadSaysThatTheMediumMayHaveChanged() => Check("SSC-4 4.2.3: unit attention 28/00", device =>
    {
        device.Send(Unload).Good();
        device.Send(Load).Good();
        device.Send(Ready).Checks("6/28/00");
        device.Send(Ready).Good();
    });

    [Fact]
    public void LoadOfALoadedTapeRewinds() => Check("SSC-4 7.3", device =>
    {
        device.WriteTwoFiles();
        device.Space(3, 0).Good();
        device.Send(Load).Good();
        Drain(device);
        device.ShouldStandAt(0, "beginning of partition");
    });

    [Fact]
    public void PreventedRemoval() => Check("SSC-4 7.5: MEDIUM REMOVAL PREVENTED", device =>
    {
        device.Send("1E 00 00 00 01 00").Good();
        try
        {
            device.Send(Unload).Checks("5/53/02");
            device.Send(Ready).Good();
        }
        finally
        {
            device.Send("1E 00 00 00 00 00").Good();
        }
        device.Send(Unload).Good();
    });
}
