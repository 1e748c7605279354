namespace Capstan.Conformance.Spc;

/// <summary>
/// What SECURITY PROTOCOL OUT (SPC-4 6.41) refuses, and that a refused page changes nothing (SSC-4 8.5.3). That keys work is in SecurityProtocol.
/// </summary>
public abstract class SecurityProtocolOutConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    private static readonly string Key = string.Concat(Enumerable.Repeat("5A", 32));

    [Fact]
    public void NoDataIsNoError() => Check("SPC-4 6.41: TRANSFER LENGTH 0", device => device.Send("B5 20 0010 0000 00000000 0000").Good());

    [Fact]
    public void AnUnknownProtocolIsRefused() => Check("SPC-4 6.41", device => device.Send("B5 21 0010 0000 00000004 0000", new byte[4]).RefusesField());

    [Fact]
    public void AnUnknownPageIsRefused() => Check("SSC-4 8.5.3.1", device => device.Send("B5 20 0FFF 0000 00000004 0000", new byte[4]).RefusesField());

    [Fact]
    public void AListThatIsCutOffIsRefused() => Check("SSC-4 8.5.3.2: PARAMETER LIST LENGTH ERROR", device =>
        Send(device, "0010 0030 40 40 02 02").Checks("5/1A/00"));

    [Fact]
    public void AShortKeyIsRefusedAndNothingChanges() => Checked("SSC-4 8.5.3.2.1: INVALID FIELD IN PARAMETER LIST", device =>
    {
        string before = Status(device);
        Send(device, $"0010 0020 40 40 02 02 {Index(device):X2} 00 00 00000000000000 0010 {Key[..32]}").Checks("5/26/00");
        Status(device).ShouldBe(before);
    });

    [Fact]
    public void AnUnknownAlgorithmIsRefusedAndNothingChanges() => Checked("SSC-4 8.5.3.2.1: INVALID FIELD IN PARAMETER LIST", device =>
    {
        string before = Status(device);
        Send(device, $"0010 0030 40 40 02 02 7E 00 00 00000000000000 0020 {Key}").Checks("5/26/00");
        Status(device).ShouldBe(before);
    });

    [Fact]
    public void AnUnknownKeyFormatIsRefusedAndNothingChanges() => Checked("SSC-4 8.5.3.2.1: INVALID FIELD IN PARAMETER LIST", device =>
    {
        string before = Status(device);
        Send(device, $"0010 0030 40 40 02 02 {Index(device):X2} 7E 00 00000000000000 0020 {Key}").Checks("5/26/00");
        Status(device).ShouldBe(before);
    });

    [Fact]
    public void NoPageTellsTheKey() => Checked("SSC-4 8.5.2: no page has a key in it", device =>
    {
        Send(device, $"0010 0030 40 40 02 02 {Index(device):X2} 00 00 00000000000000 0020 {Key}").Good();
        byte[] pages = Page(device, 0x0000);
        for (int i = 4; i + 1 < pages.Length; i += 2)
            Convert.ToHexString(Page(device, pages[i] << 8 | pages[i + 1])).ShouldNotContain(Key);
    });

    [Fact]
    public void AnUnloadedTapeTakesTheKeyAlongWithCkod() => Checked("SSC-4 8.5.3.2.1: CKOD", device =>
    {
        // CKOD is bit 2 of the byte with CEEM and RDMC.
        Send(device, $"0010 0030 40 44 02 02 {Index(device):X2} 00 00 00000000000000 0020 {Key}").Good();
        Page(device, 0x0020)[5].ShouldBe((byte)2);
        device.Send("1B 00 00 00 00 00").Good();
        device.Send("1B 00 00 00 01 00").Good();
        Drain(device).Good();
        Page(device, 0x0020)[5].ShouldBe((byte)0);
    });

    private void Checked(string clause, Action<TargetDevice> check, [System.Runtime.CompilerServices.CallerMemberName] string method = "") => Check(clause, device =>
    {
        byte index = Index(device);
        try
        {
            check(device);
        }
        finally
        {
            Send(device, $"0010 0010 40 40 00 00 {index:X2} 00 00 00000000000000 0000");
        }
    }, method);

    private static Reply Send(TargetDevice device, string page)
    {
        byte[] list = Convert.FromHexString(page.Replace(" ", "", StringComparison.Ordinal));
        return device.Send($"B5 20 0010 0000 {list.Length:X8} 0000", list);
    }

    private static string Status(TargetDevice device) => Convert.ToHexString(Page(device, 0x0020));

    private static byte Index(TargetDevice device) => Page(device, 0x0010)[20];

    private static byte[] Page(TargetDevice device, int page) => device.Good($"A2 20 {page:X4} 0000 00000400 0000", dataIn: 1024);
}
