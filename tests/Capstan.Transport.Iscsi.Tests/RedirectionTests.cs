using Capstan.Scsi;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>Login status class 1: the target is somewhere else (RFC 7143 11.13.5).</summary>
public sealed class RedirectionTests : IDisposable
{
    private const string Target = "iqn.2026-11.test.capstan:moved";

    private readonly List<FakePortal> _portals = [];

    public RedirectionTests() => Tgt.Require();

    public void Dispose() => _portals.ForEach(portal => portal.Dispose());

    private static IscsiSettings Settings => new() { LoginTimeout = TimeSpan.FromSeconds(10) };

    private FakePortal Portal()
    {
        var portal = new FakePortal();
        _portals.Add(portal);
        return portal;
    }

    private static ScsiTransportException Refused(FakePortal first)
    {
        var e = Should.Throw<ScsiTransportException>(() => IscsiTransport.Open(new IscsiAddress(first.Portal, Target, 1), Settings));
        TestContext.Current.TestOutputHelper?.WriteLine(e.Message);
        e.Fault.ShouldBe(TransportFault.NotFound);
        return e;
    }

    [Theory]
    [InlineData(0x0100)]
    [InlineData(0x0101)]
    [InlineData(0x0102)]
    public void A_target_that_moved_is_reached_where_it_is_now(ushort status)
    {
        using var tgt = new Tgt();
        FakePortal old = Portal().Answer(status, $"TargetAddress={tgt.Portal},1\0");
        using IscsiTransport transport = IscsiTransport.Open(tgt.Tape with { Portal = old.Portal }, Settings);
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        transport.Execute(Cdb.FromBytes([0x12, 0, 0, 0, 36, 0]), DataTransfer.FromDevice(new byte[36]), sense, TimeSpan.FromSeconds(10)).Status.ShouldBe(ScsiStatus.Good);
        old.LoginCount.ShouldBe(1);
    }

    [Fact]
    public void A_portal_that_sends_us_to_itself_is_told_and_asked_once()
    {
        FakePortal portal = Portal();
        portal.Answer(0x0101, $"TargetAddress={portal.Portal},1\0");
        Refused(portal).Message.ShouldContain("in a circle");
        portal.LoginCount.ShouldBe(1);
    }

    [Fact]
    public void Two_portals_that_send_us_to_each_other_are_told_and_asked_once_each()
    {
        FakePortal one = Portal(), other = Portal();
        one.Answer(0x0101, $"TargetAddress={other.Portal},1\0");
        other.Answer(0x0102, $"TargetAddress={one.Portal}\0");
        Refused(one).Message.ShouldContain($"{one.Portal} -> {other.Portal}: the target says that it moved to {one.Portal}, where we were before");
        one.LoginCount.ShouldBe(1);
        other.LoginCount.ShouldBe(1);
    }

    [Fact]
    public void Who_is_sent_on_again_and_again_gives_up()
    {
        FakePortal[] row = [.. Enumerable.Range(0, 8).Select(_ => Portal())];
        for (int i = 0; i < 7; i++)
            row[i].Answer(0x0101, $"TargetAddress={row[i + 1].Portal},1\0");
        Refused(row[0]).Message.ShouldContain("so often nobody moves");
        row.Sum(portal => portal.LoginCount).ShouldBe(5);
    }

    [Theory]
    [InlineData("TargetAddress=what is this?,1\0", "'what is this?,1', which is no address of a portal")]
    [InlineData("TargetAddress=10.0.0.1:99999\0", "no address of a portal")]
    [InlineData("TargetAddress=fe80::1\0", "no address of a portal")]
    [InlineData("TargetAddress=\0", "does not say where to")]
    [InlineData("", "does not say where to")]
    public void What_is_no_address_is_told(string text, string expected)
    {
        foreach (ushort status in (ReadOnlySpan<ushort>)[0x0101, 0x0102])
        {
            FakePortal portal = Portal().Answer(status, text);
            Refused(portal).Message.ShouldContain(expected);
            portal.LoginCount.ShouldBe(1);
        }
    }

    [Fact]
    public void Where_nobody_listens_both_places_are_named()
    {
        FakePortal gone = Portal(), first = Portal();
        first.Answer(0x0101, $"TargetAddress={gone.Portal},1\0");
        string nowhere = gone.Portal.ToString();
        gone.Dispose();
        string message = Refused(first).Message;
        message.ShouldStartWith($"{nowhere}: no iSCSI portal answers there: connection refused");
        message.ShouldContain($"{first.Portal} said that the target moved there");
    }

    [Fact]
    public void A_login_that_never_gets_on_ends()
    {
        FakePortal portal = Portal().Answer(0, "");
        var e = Should.Throw<ScsiTransportException>(() => IscsiTransport.Open(new IscsiAddress(portal.Portal, Target, 1), Settings));
        TestContext.Current.TestOutputHelper?.WriteLine(e.Message);
        e.Message.ShouldContain(Target);
        portal.LoginCount.ShouldBeInRange(2, 20);
    }
}
