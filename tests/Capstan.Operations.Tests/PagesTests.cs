using Capstan.Emulation.Library;
using Capstan.Operations.Pages;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>`capstan drive alerts|statistics|log|inquiry|raw` on virtual drives.</summary>
public sealed class PagesTests : IDisposable
{
    private static readonly byte[] WriteOneFilemark = [0x10, 0, 0, 0, 1, 0];

    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void An_alert_is_kept_after_the_drive_has_forgotten_it_and_until_it_is_cleared()
    {
        Alerts().Alerts.ShouldBeEmpty();
        Protect();
        RawCommandReport refused = Send(WriteOneFilemark);
        refused.Status.ShouldBe(ExitStatus.Device);
        refused.ScsiStatus.ShouldBe("CHECK CONDITION");
        refused.Sense.ShouldBe("DATA PROTECT 27/00 \"Write protected\"");

        AlertsReport told = Alerts();
        told.LogPage.ShouldBe(0x12);
        AlertReport alert = told.Alerts.ShouldHaveSingleItem();
        (alert.Flag, alert.Severity, alert.Active, alert.Tape).ShouldBe((9, "critical", true, "CAP001L9"));
        alert.FirstSeen.ShouldNotBeNull();

        // Somebody reads page 2Eh, which clears the flags in the drive.
        Log(0x2E).Parameters.Single(parameter => parameter.Code == 9).Value.Flag.ShouldBe(true);
        Log(0x2E).Parameters.Single(parameter => parameter.Code == 9).Value.Flag.ShouldBe(false);
        alert = Alerts().Alerts.ShouldHaveSingleItem();
        (alert.Flag, alert.Active).ShouldBe((9, false));

        AlertsReport cleared = AlertsOperation.Run(_rig.Context, new AlertsRequest(null, IsAll: false, Clears: true));
        (cleared.Cleared, cleared.Alerts.Count).ShouldBe((1, 0));
        AlertsOperation.Run(_rig.Context, new AlertsRequest(null, IsAll: true, Clears: false)).Alerts.Count.ShouldBe(64);
    }

    [Fact]
    public void What_page_2Eh_told_and_cleared_is_kept_as_well()
    {
        Protect();
        Send(WriteOneFilemark);
        Log(0x2E);
        AlertReport alert = Alerts().Alerts.ShouldHaveSingleItem();
        (alert.Flag, alert.Active).ShouldBe((9, false));
    }

    [Fact]
    public void A_damaged_file_of_alerts_costs_what_was_in_it_and_no_more()
    {
        Protect();
        Send(WriteOneFilemark);
        Alerts();
        string file = Directory.GetFiles(Path.Combine(_rig.Context.Home, "alerts")).ShouldHaveSingleItem();
        File.WriteAllText(file, "{\"alerts\": [{\"flag\": 99}, 7]}");
        Alerts().Alerts.ShouldHaveSingleItem().Flag.ShouldBe(9);
    }

    [Fact]
    public void Statistics_of_the_tape_outlive_the_process_and_the_load()
    {
        string tree = _rig.Tree("tree");
        File.WriteAllBytes(Path.Combine(tree, "file"), new byte[5_000_000]);
        _rig.Backup(tree);
        StatisticsReport statistics = StatisticsOperation.Run(_rig.Context, null);
        statistics.Valid.ShouldBeTrue();
        decimal written = Number(statistics, 0x0010);
        written.ShouldBeInRange(5, 7);
        PartitionStatistics partition = statistics.Partitions.ShouldHaveSingleItem();
        partition.CapacityBytes.ShouldBe((1L << 40) / 1_000_000 * 1_000_000);
        partition.UsedBytes!.Value.ShouldBeInRange(5_000_000, 7_000_000);
        partition.RemainingBytes!.Value.ShouldBeInRange(partition.CapacityBytes!.Value - 8_000_000, partition.CapacityBytes.Value - 5_000_000);

        DriveOperations.Eject(_rig.Context, null);
        StatisticsOperation.Run(_rig.Context, null).Valid.ShouldBeFalse();
        DriveOperations.Load(_rig.Context, null, null, CancellationToken.None);
        statistics = StatisticsOperation.Run(_rig.Context, null);
        Number(statistics, 0x0010).ShouldBe(written);
        // The mount before this one wrote it all; the drive of this one is known.
        Number(statistics, 0x000E).ShouldBe(written);
        statistics.Mounts[0].ShouldStartWith("IBM CAP");
    }

    [Fact]
    public void Every_page_that_the_drive_lists_is_decoded()
    {
        LogReport all = LogOperation.Run(_rig.Context, new LogRequest(null, null, IsAll: true));
        all.Refused.ShouldBeEmpty();
        all.Pages.ShouldAllBe(page => !page.Truncated);
        LogReport list = LogOperation.Run(_rig.Context, new LogRequest(null, null, IsAll: false));
        all.Pages.Select(page => page.Page).Where(page => page != 0).ShouldBe(list.Supported.Where(name => name.Subpage == 0 && name.Page != 0).Select(name => name.Page));
        foreach (int code in new[] { 0x02, 0x03, 0x06, 0x0C, 0x0D, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1B, 0x2E, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x37, 0x38, 0x3E })
            list.Supported.ShouldContain(name => name.Page == code, $"{code:X2}h");
    }

    [Fact]
    public void Counters_are_reset_where_the_drive_allows_it()
    {
        Send(WriteOneFilemark);
        Send([0x0A, 0, 0, 0, 5, 0], data: [1, 2, 3, 4, 5]).ScsiStatus.ShouldBe("GOOD");
        LogPage(new LogRequest(null, (0x02, 0), IsAll: false, Resets: true)).Parameters.Single(parameter => parameter.Code == 5).Value.Number.ShouldBe(5);
        Log(0x02).Parameters.Single(parameter => parameter.Code == 5).Value.Number.ShouldBe(0);
    }

    [Fact]
    public void Where_nothing_was_ever_seen_there_is_nothing_to_clear()
    {
        using var rig = new Rig();
        AlertsOperation.Run(rig.Context, new AlertsRequest(null, IsAll: false, Clears: true)).Cleared.ShouldBe(0);
    }

    /// <summary>As tgt's drive: LOG SENSE is no command of it. No other log command can be the remedy.</summary>
    [Fact]
    public void A_drive_without_log_pages_is_told_as_that()
    {
        _rig.Wrap = static inner => new WithoutLogs(inner);
        OperationException one = Should.Throw<OperationException>(() => Log(0x11));
        one.Status.ShouldBe(ExitStatus.Device);
        one.Message.ShouldBe("virtual:test: this drive cannot tell its DT device status: it has no log pages at all, no LOG SENSE (ILLEGAL REQUEST 20/00 \"Invalid command operation code\").");
        Should.Throw<OperationException>(() => LogOperation.Run(_rig.Context, new LogRequest(null, null, IsAll: false))).Message.ShouldContain("it has no LOG SENSE");
    }

    private sealed class WithoutLogs(IScsiTransport inner) : IScsiTransport
    {
        private const byte LogSense = 0x4D;

        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            if (cdb.OperationCode != LogSense)
                return inner.Execute(cdb, data, sense, timeout);
            var refusal = new SenseData { Key = SenseKey.IllegalRequest, Code = SenseCode.InvalidCommandOperationCode };
            return new ScsiCompletion(ScsiStatus.CheckCondition, refusal.Encode(sense), data.Length);
        }

        public void Dispose() => inner.Dispose();
    }

    [Fact]
    public void A_page_that_the_drive_lacks_is_named_with_the_remedy()
    {
        OperationException log = Should.Throw<OperationException>(() => Log(0x36));
        log.Status.ShouldBe(ExitStatus.Device);
        log.Message.ShouldBe("virtual:test: this drive cannot tell its vendor-specific page: it has no log page 36h (ILLEGAL REQUEST 24/00 \"Invalid field in CDB\"; field pointer CDB byte 2 bit 5). `capstan drive log --list` shows the pages it has.");
        OperationException inquiry = Should.Throw<OperationException>(() => InquiryOperation.Run(_rig.Context, null, 0xB4));
        inquiry.Status.ShouldBe(ExitStatus.Device);
        inquiry.Message.ShouldContain("this drive cannot tell its data transfer device element address: it has no VPD page B4h");
        Should.Throw<OperationException>(() => InquiryOperation.Run(_rig.Context, null, 0x99)).Message.ShouldContain("this drive cannot tell VPD page 99h: it has none (");
        Should.Throw<OperationException>(() => Log(0x01)).Message.ShouldContain("this drive cannot tell log page 01h: it has none (");
    }

    [Fact]
    public void Inquiry_tells_everything_that_the_drive_lists()
    {
        InquiryReport report = InquiryOperation.Run(_rig.Context, null, null);
        report.Refused.ShouldBeEmpty();
        report.Pages.Select(page => page.Page).ShouldBe([null, 0x00, 0x80, 0x83, 0x86, 0xB0, 0xB1, 0xB2, 0xB5, 0xC0]);
        report.Pages[0].Fields.Single(field => field.Name == "product").Value.Text.ShouldBe("ULT3580-TD9");
    }

    [Theory]
    [InlineData("hpe-lto9", "device wellness", false)]
    [InlineData("ibm-lto6", "write errors", true)]
    public void Vendor_pages_are_those_of_the_drive(string model, string name, bool hasPerformance)
    {
        using var rig = new Rig(model: model);
        LogReport list = LogOperation.Run(rig.Context, new LogRequest(null, null, IsAll: false));
        list.Supported.Single(page => page is { Page: 0x33, Subpage: 0 }).Name.ShouldBe(name);
        list.Supported.Any(page => page.Page == 0x37).ShouldBe(hasPerformance);
        // As an HPE drive lists service buffers, and one of IBM power conditions.
        list.Supported.Any(page => page.Page == 0x15).ShouldBe(!hasPerformance);
        list.Supported.Any(page => page.Page == 0x1A).ShouldBe(hasPerformance);
        LogOperation.Run(rig.Context, new LogRequest(null, null, IsAll: true)).Refused.ShouldBeEmpty();
    }

    [Fact]
    public void A_drive_that_says_it_sent_as_much_as_was_asked_for_is_read_by_the_page_length()
    {
        using var rig = new Rig(model: "quantum-lto7");
        LogPageReport status = LogOperation.Run(rig.Context, new LogRequest(null, (0x11, 0), IsAll: false)).Pages[0];
        status.Truncated.ShouldBeFalse();
        status.Parameters.Select(parameter => parameter.Code).ShouldBe([0x0000, 0x0001]);
        StatisticsOperation.Run(rig.Context, null).Parameters.Count(parameter => parameter.Code == 0).ShouldBe(1);
    }

    [Fact]
    public void A_command_of_ones_own_carries_data_both_ways()
    {
        Send([0x0A, 0, 0, 0, 3, 0], data: [0xCA, 0xFE, 0x01]).ScsiStatus.ShouldBe("GOOD");
        Send([1, 0, 0, 0, 0, 0]).Command.ShouldBe("REWIND");
        RawCommandReport read = Send([0x08, 0, 0, 0, 3, 0], readBytes: 3);
        (read.Bytes, read.Data).ShouldBe((3, "cafe01"));
        string file = _rig.NewPath("answer");
        RawCommandReport saved = RawCommandOperation.Run(_rig.Context, new RawCommandRequest(null, new byte[] { 0x12, 1, 0x80, 0, 255, 0 }, 255, null, file, TimeSpan.FromSeconds(60)));
        (saved.To, saved.Data).ShouldBe((file, null));
        InquiryOperation.Decode(file, File.ReadAllBytes(file), null).Pages[0].Page.ShouldBe(0x80);
        Should.Throw<OperationException>(() => Send([0x08, 0, 0, 0, 0, 0], readBytes: 1 << 30)).Message.ShouldContain("Nothing was sent.");
    }

    [Fact]
    public void Saved_bytes_that_are_something_else_are_refused()
    {
        Should.Throw<OperationException>(() => LogOperation.Decode("x", new byte[3], null)).Message.ShouldStartWith("x: this is no log page");
        Should.Throw<OperationException>(() => AlertsOperation.Decode("x", new byte[] { 2, 0, 0, 0 }, false)).Message.ShouldContain("no TapeAlert page");
        Should.Throw<OperationException>(() => StatisticsOperation.Decode("x", new byte[] { 2, 0, 0, 0 })).Message.ShouldContain("no volume statistics page");
        Should.Throw<OperationException>(() => InquiryOperation.Decode("x", new byte[2], null)).Message.ShouldContain("neither INQUIRY data nor a VPD page");
        Should.Throw<OperationException>(() => InquiryOperation.Decode("x", new byte[] { 1, 0x80, 0, 1, 0x41 }, 0x83)).Message.ShouldContain("its page code is 80h");
    }

    /// <summary>A counter has up to eight bytes, and FFFFFFFF FFFFFFFEh is what some say for a number that they do not know.</summary>
    [Fact]
    public void Saved_statistics_beyond_every_tape_are_no_numbers()
    {
        byte[] page = Convert.FromHexString("17000020" + "0200030C" + "0B000000FFFFFFFFFFFFFFFE" + "0202030C" + "0B00000000FFFFFFFFFFFFFF");
        PartitionStatistics told = StatisticsOperation.Decode("page.bin", page).Partitions.ShouldHaveSingleItem();
        (told.FirstEncryptedObject, told.CapacityBytes).ShouldBe((null, null));
    }

    /// <summary>A file of zeros with something behind them: each page looked through all that follow it.</summary>
    [Fact]
    public void Zeros_behind_a_page_cost_no_time_and_hide_no_page()
    {
        byte[] bytes = new byte[4 << 20];
        byte[] page = [0x0D, 0, 0, 6, 0, 0, 3, 2, 0, 35];
        page.CopyTo(bytes, 0);
        page.CopyTo(bytes, 512);
        page.CopyTo(bytes, bytes.Length - 16);
        LogOperation.Decode("pages.bin", bytes, null).Pages.Select(one => (one.Page, one.Parameters.Count)).ShouldBe([(0x0D, 1), (0x0D, 1), (0x0D, 1)]);
        byte[] identification = [0x01, 0x80, 0, 4, 0x41, 0x42, 0x43, 0x44];
        bytes.AsSpan().Clear();
        identification.CopyTo(bytes, 0);
        identification.CopyTo(bytes, bytes.Length - 8);
        InquiryOperation.Decode("pages.bin", bytes, null).Pages.Count.ShouldBe(2);
    }

    [Fact]
    public void Several_saved_pages_follow_each_other()
    {
        byte[] pages = [0x0D, 0, 0, 6, 0, 0, 3, 2, 0, 31, 0x06, 0, 0, 8, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0];
        LogReport report = LogOperation.Decode("x", pages, "IBM");
        report.Pages.Select(page => page.Page).ShouldBe([0x0D, 0x06]);
        report.Pages[1].Parameters[0].Value.Number.ShouldBe(2);
    }

    private static decimal Number(StatisticsReport report, int code) => report.Parameters.Single(parameter => parameter.Code == code).Value.Number!.Value;

    private AlertsReport Alerts() => AlertsOperation.Run(_rig.Context, new AlertsRequest(null, IsAll: false, Clears: false));

    private LogPageReport Log(byte page) => LogPage(new LogRequest(null, (page, 0), IsAll: false));

    private LogPageReport LogPage(LogRequest request) => LogOperation.Run(_rig.Context, request).Pages.ShouldHaveSingleItem();

    private RawCommandReport Send(byte[] cdb, int readBytes = 0, byte[]? data = null)
    {
        ReadOnlyMemory<byte>? toDrive = null;
        if (data is not null)
            toDrive = data;
        return RawCommandOperation.Run(_rig.Context, new RawCommandRequest(null, cdb, readBytes, toDrive, null, TimeSpan.FromSeconds(60)));
    }

    private void Protect()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_rig.LibraryPath);
        library.SetWriteProtect("CAP001L9", true);
    }
}
