using System.Text.Json;
using Capstan.Operations;
using Capstan.Operations.Pages;

namespace Capstan.Cli.Tests.Commands;

/// <summary>`capstan drive alerts|statistics|log|inquiry|raw`: what is decoded from files, what is asked of drives, what is refused.</summary>
public sealed class DrivePagesCommandTests
{
    private readonly TestCli _cli = new();

    [Fact]
    public void A_saved_page_is_decoded_without_a_drive()
    {
        _cli.Run("drive", "log", "--in", Fixture("lto5-log-sense-31")).ShouldBe(ExitStatus.Success);
        _cli.Output.ReplaceLineEndings("\n").ShouldBe(
            """
            page 31h: tape capacity
              0001  partition 0 remaining capacity                     493 MiB
              0002  partition 1 remaining capacity                     0 MiB
              0003  partition 0 maximum capacity                       500 MiB
              0004  partition 1 maximum capacity                       0 MiB

            """.ReplaceLineEndings("\n"));
        _cli.Operations.Request.ShouldBeNull();
    }

    [Fact]
    public void Saved_statistics_are_numbers_in_JSON()
    {
        _cli.Run("drive", "statistics", "--in", Fixture("lto5-log-sense-17"), "--output-format", "json").ShouldBe(ExitStatus.Success);
        using JsonDocument document = JsonDocument.Parse(_cli.Json);
        JsonElement partition = document.RootElement.GetProperty("partitions")[0];
        partition.GetProperty("capacity_bytes").GetInt64().ShouldBe(500_000_000);
        partition.GetProperty("used_bytes").GetInt64().ShouldBe(6_000_000);
        JsonElement protection = document.RootElement.GetProperty("parameters").EnumerateArray().Single(one => one.GetProperty("code").GetInt32() == 0x80);
        (protection.GetProperty("name").GetString(), protection.GetProperty("value").GetBoolean()).ShouldBe(("write protect", false));
        document.RootElement.GetProperty("exit_status").GetInt32().ShouldBe(0);
    }

    [Fact]
    public void Alerts_say_what_to_do()
    {
        var seen = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        _cli.Operations.OnAlerts = new AlertsReport("virtual:main", null, "CAP0000001", 0x12,
        [
            new AlertReport(20, "cleaning required", "critical", "The heads are dirty.", "Clean the drive now.", true, seen, seen, "CAP001L9"),
            new AlertReport(9, "write protect", "critical", "Something tried to write.", "Slide the tab.", false, seen, seen.AddDays(1), null),
        ], 0);
        _cli.Run("drive", "alerts").ShouldBe(ExitStatus.Success);
        _cli.Output.ReplaceLineEndings("\n").ShouldBe(
            """
            20  critical     set      cleaning required
                The heads are dirty.
                Clean the drive now.
                seen 2026-01-02 03:04:05, with CAP001L9
             9  critical     was set  write protect
                Something tried to write.
                Slide the tab.
                first seen 2026-01-02 03:04:05, last 2026-01-03 03:04:05

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Saved_alerts_without_any_say_so()
    {
        _cli.Run("drive", "alerts", "--in", Fixture("lto5-log-sense-2e")).ShouldBe(ExitStatus.Success);
        _cli.Output.Trim().ShouldBe("no alerts");
    }

    [Fact]
    public void A_captured_refusal_says_that_the_device_refused()
    {
        _cli.Run("drive", "log", "--in", Fixture("lto5-log-sense-12")).ShouldBe(ExitStatus.Failed);
        _cli.Error.ShouldContain("the device refused (Additional sense: Invalid field in cdb)");
    }

    [Theory]
    [InlineData("17", 0x17, 0)]
    [InlineData("0x2e", 0x2E, 0)]
    [InlineData("37,64", 0x37, 0x64)]
    [InlineData("00h,ff", 0x00, 0xFF)]
    public void Page_codes_are_hexadecimal(string text, int page, int subpage)
    {
        _cli.Run("drive", "log", text).ShouldBe(ExitStatus.Success);
        ((LogRequest)_cli.Operations.Request!).Page.ShouldBe(((byte)page, (byte)subpage));
    }

    [Theory]
    [InlineData("drive log 40")]
    [InlineData("drive log xyz")]
    [InlineData("drive log 1,2,3")]
    [InlineData("drive log --reset")]
    [InlineData("drive log 17 --all")]
    [InlineData("drive log 17 --in -")]
    [InlineData("drive alerts --clear --in -")]
    [InlineData("drive inquiry --page 100")]
    [InlineData("drive raw 12 00 00")]
    [InlineData("drive raw 4d 00 00 00 00 00")]
    [InlineData("drive raw 00 00 00 00 00 zz")]
    [InlineData("drive raw 12 00 00 00 24 00 --in x")]
    [InlineData("drive raw 12 00 00 00 24 00 --to file")]
    [InlineData("drive raw 12 00 00 00 24 00 --in 36 --out file")]
    [InlineData("drive raw 00 00 00 00 00 00 --timeout 0")]
    public void What_makes_no_sense_is_refused_and_nothing_is_sent(string line)
    {
        _cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Usage);
        _cli.Operations.Request.ShouldBeNull();
    }

    [Fact]
    public void A_command_that_fails_ends_with_6_and_its_sense()
    {
        _cli.Run("drive", "raw", "000000", "00 00", "0", "--in", "4K").ShouldBe(ExitStatus.Device);
        var request = (RawCommandRequest)_cli.Operations.Request!;
        request.Cdb.ToArray().ShouldBe([0, 0, 0, 0, 0, 0]);
        (request.ReadBytes, request.Timeout).ShouldBe((4096, TimeSpan.FromSeconds(300)));
        _cli.Output.ReplaceLineEndings("\n").ShouldBe("command  TEST UNIT READY\nstatus   CHECK CONDITION\nsense    NOT READY 3A/00 \"Medium not present\"\n         70 00 02 00\n");
    }

    [Fact]
    public void Statistics_without_a_tape_end_with_4()
    {
        _cli.Run("drive", "statistics").ShouldBe(ExitStatus.Tape);
        _cli.Output.ShouldContain("there is no tape in the drive");
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", name + ".hex");
}
