namespace Capstan.Conformance.Ssc;

/// <summary>ALLOW OVERWRITE (SSC-4 7.1) and append-only mode (4.2.22, 8.3.8). Every check leaves a drive that overwrites.</summary>
public abstract class AllowOverwriteConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    // MODE SENSE(10) with DBD of page 10h, subpage 01h: header of 8 bytes, then the page; WRITE MODE in bits 7 to 4 of its byte 5.
    private const string SenseExtension = "5A 08 10 01 00 00 00 00 40 00";
    private const int WriteModeByte = 8 + 5;

    [Fact]
    public void AppendingGoes() => AppendOnly("SSC-4 4.2.22", device =>
    {
        device.Space(3, 0).Good();
        device.Write(TargetDevice.Block(7, 700)).Good();
        device.ShouldStandAt(9, "behind what was appended");
    });

    [Fact]
    public void OverwritingIsRefused() => AppendOnly("SSC-4 4.2.22: DATA PROTECT, WRITE APPEND POSITION ERROR", device =>
    {
        device.Write(TargetDevice.Block(7, 700)).Outcome.ShouldStartWith("7/50/01");
        device.Rewind();
        device.Read(100).Good().ShouldBe(TargetDevice.Block(1, 100));
    });

    [Fact]
    public void WhatIsPermittedIsOverwrittenOnce() => AppendOnly("SSC-4 7.1: ALLOW OVERWRITE 1h", device =>
    {
        device.Send("82 00 01 00 0000000000000000 00 00 00 00").Good();
        device.Write(TargetDevice.Block(7, 700)).Good();
        device.Rewind();
        device.Read(700).Good().ShouldBe(TargetDevice.Block(7, 700));
        device.Rewind();
        device.Write(TargetDevice.Block(8, 800)).Outcome.ShouldStartWith("7/50/01");
    });

    [Fact]
    public void OnlyWhereTheTapeStands() => AppendOnly("SSC-4 7.1: SEQUENTIAL POSITIONING ERROR", device =>
        device.Send("82 00 01 00 0000000000000003 00 00 00 00").Outcome.ShouldStartWith("5/3B/00"));

    [Fact]
    public void APermissionIsTakenBack() => AppendOnly("SSC-4 7.1: ALLOW OVERWRITE 0h", device =>
    {
        device.Send("82 00 01 00 0000000000000000 00 00 00 00").Good();
        device.Send("82 00 00 00 0000000000000000 00 00 00 00").Good();
        device.Write(TargetDevice.Block(7, 700)).Outcome.ShouldStartWith("7/50/01");
    });

    [Fact]
    public void AFormatHasToBePermitted() => AppendOnly("SSC-4 7.1: ALLOW OVERWRITE 2h", device =>
    {
        device.Send("04 00 00 00 00 00").Outcome.ShouldStartWith("7/50/01");
        device.Send("82 00 02 00 0000000000000000 00 00 00 00").Good();
        device.Send("04 00 00 00 00 00").Good();
        device.Read(100).Outcome.ShouldStartWith("8/");
    });

    [Fact]
    public void WithoutTheModeThereIsNothingToPermit() => Check("SSC-4 7.1: INVALID FIELD IN CDB", device =>
    {
        Reply reply = device.Send("82 00 01 00 0000000000000000 00 00 00 00");
        DoesNotApply(reply.Outcome == "5/20/00", "the drive has no append-only mode");
        reply.RefusesField();
    });

    private void AppendOnly(string clause, Action<TargetDevice> check, [System.Runtime.CompilerServices.CallerMemberName] string method = "") => Check(clause, device =>
    {
        DoesNotApply(device.Send("82 00 00 00 0000000000000000 00 00 00 00").Outcome == "5/20/00", "the drive has no append-only mode");
        device.WriteTwoFiles();
        try
        {
            SetWriteMode(device, 1).Good();
            check(device);
        }
        finally
        {
            // It does not end while a tape is loaded (SSC-4 8.3.8).
            device.Send("1B 00 00 00 00 00");
            SetWriteMode(device, 0);
            device.Send("1B 00 00 00 01 00");
            Drain(device);
        }
    }, method);

    private static Reply SetWriteMode(TargetDevice device, int mode)
    {
        byte[] list = device.Good(SenseExtension, dataIn: 64);
        list[0] = list[1] = list[2] = 0;
        list[3] &= 0x7F;
        list[8] &= 0x7F;
        list[WriteModeByte] = (byte)(list[WriteModeByte] & 0x0F | mode << 4);
        return device.Send($"55 10 00 00 00 00 00 {list.Length:X4} 00", list);
    }
}
