using System.Globalization;
using System.Text.RegularExpressions;

namespace Capstan.Scsi.Tests;

/// <summary>Our decoder and sg_logs on the same bytes: value by value, and name by name where each value occurs once.</summary>
public partial class LogPagesBesideSg3UtilsTests
{
    // What sg_logs calls a parameter, where it is more than a matter of capitals.
    private static readonly Dictionary<string, string> TheirNames = new(StringComparer.Ordinal)
    {
        ["Data bytes received with WRITE commands"] = "bytes received for writing",
        ["Data bytes written to media by WRITE commands"] = "bytes written to the medium",
        ["Data bytes read from media by READ commands"] = "bytes read from the medium",
        ["Data bytes transferred by READ commands"] = "bytes sent for reading",
        ["Native capacity from BOP to EW of current partition"] = "native capacity from BOP to early warning of this partition",
        ["Minimum native capacity from EW to EOP of current partition"] = "minimum native capacity from early warning to EOP of this partition",
        ["Native capacity from BOP to EOD"] = "native capacity from BOP to EOD",
        ["Native capacity from BOP to current position"] = "native capacity from BOP to the current position",
        ["Maximum native capacity in device object buffer"] = "maximum native capacity in the object buffer",
        ["Current temperature"] = "temperature",
        ["Last mount megabytes written"] = "last mount written",
        ["Last mount megabytes read"] = "last mount read",
        ["Lifetime megabytes written"] = "lifetime written",
        ["Lifetime megabytes read"] = "lifetime read",
        ["Total native capacity [MB]"] = "total native capacity",
        ["Total used native capacity [MB]"] = "total used native capacity",
        ["WORM"] = "WORM",
        ["Main partition remaining capacity (in MiB)"] = "partition 0 remaining capacity",
        ["Alternate partition remaining capacity (in MiB)"] = "partition 1 remaining capacity",
        ["Main partition maximum capacity (in MiB)"] = "partition 0 maximum capacity",
        ["Alternate partition maximum capacity (in MiB)"] = "partition 1 maximum capacity",
        ["Megabytes transferred to server"] = "sent to the host",
        ["Bytes transferred to server"] = "sent to the host, bytes beside the MB",
        ["Megabytes read from tape"] = "read from the tape",
        ["Bytes read from tape"] = "read from the tape, bytes beside the MB",
        ["Megabytes transferred from server"] = "received from the host",
        ["Bytes transferred from server"] = "received from the host, bytes beside the MB",
        ["Megabytes written to tape"] = "written to the tape",
        ["Bytes written to tape"] = "written to the tape, bytes beside the MB",
        ["Lifetime media loads"] = "lifetime volume loads",
        ["Lifetime power on hours"] = "lifetime power-on time",
        ["Lifetime media motion (head) hours"] = "lifetime medium motion",
        ["Lifetime metres of tape processed"] = "lifetime tape processed",
        ["Lifetime media motion (head) hours when incompatible media last loaded"] = "medium motion when an incompatible volume was last loaded",
        ["Lifetime power on hours when last temperature condition occurred"] = "power-on time at the last temperature condition",
        ["Lifetime power on hours when last power consumption condition occurred"] = "power-on time at the last power consumption condition",
        ["Media motion (head) hours since last successful cleaning operation"] = "medium motion since the last successful cleaning",
        ["Media motion (head) hours since 2nd to last successful cleaning"] = "medium motion since the second to last successful cleaning",
        ["Media motion (head) hours since 3rd to last successful cleaning"] = "medium motion since the third to last successful cleaning",
        ["and/or emergency eject occurred"] = "power-on time at the last forced reset or emergency eject",
        ["Volume loads since last parameter reset"] = "volume loads since the last parameter reset",
        ["Duty cycle sample time (ms)"] = "duty cycle sample time",
        ["MBs transferred from app client in duty cycle sample time"] = "received from the host in the sample time",
        ["MBs transferred to app client in duty cycle sample time"] = "sent to the host in the sample time",
        ["Accumulated transitions to active"] = "transitions to active",
        ["Accumulated transitions to idle_a"] = "transitions to idle_a",
        ["Accumulated transitions to idle_b"] = "transitions to idle_b",
        ["Accumulated transitions to idle_c"] = "transitions to idle_c",
        ["Accumulated transitions to standby_z"] = "transitions to standby_z",
        ["Accumulated transitions to standby_y"] = "transitions to standby_y",
    };

    /// <summary>
    /// A page of numbers in which every parameter has another value, so that a name that stands beside the wrong parameter is found. The
    /// bytes are put together here, not by our writer.
    /// </summary>
    [Theory]
    [InlineData(0x02, 4, 0x0000, 0x0006, 7)]
    [InlineData(0x03, 4, 0x0000, 0x0006, 7)]
    [InlineData(0x06, 4, 0x0000, 0x0000, 1)]
    [InlineData(0x0C, 4, 0x0004, 0x0008, 5)]
    [InlineData(0x0D, 2, 0x0000, 0x0001, 2)]
    [InlineData(0x14, 8, 0x0000, 0x0017, 24)]
    [InlineData(0x17, 8, 0x0001, 0x0017, 23)]
    [InlineData(0x17, 4, 0x0100, 0x0102, 3)]
    [InlineData(0x1A, 4, 0x0001, 0x0009, 6)]
    [InlineData(0x1B, 4, 0x0002, 0x0009, 8)]
    [InlineData(0x30, 8, 0x0001, 0x000B, 11)]
    [InlineData(0x31, 4, 0x0001, 0x0004, 4)]
    [InlineData(0x32, 4, 0x0002, 0x0009, 8)]
    public void Names_stand_beside_the_same_codes(byte page, int valueBytes, int firstCode, int lastCode, int expectedCount)
    {
        int[] sizes = page == 0x30 ? [4, 8, 4, 2, 2, 2, 8, 4, 2, 2, 2] : [];
        var body = new List<byte>();
        for (int code = firstCode; code <= lastCode; code++)
        {
            int length = sizes.Length > 0 ? sizes[code - firstCode] : valueBytes;
            body.AddRange([(byte)(code >> 8), (byte)code, 0x03, (byte)length, .. new byte[length - 1], (byte)(code - firstCode + 21)]);
        }

        byte[] bytes = [page, 0, (byte)(body.Count >> 8), (byte)body.Count, .. body];
        List<(string Name, decimal Value)> theirs = [.. Numbers(Sg3Utils.Run("sg_logs", bytes, "--in={0}", "--pdt=1")).Where(line => !line.Name.StartsWith("Reserved", StringComparison.Ordinal))];
        theirs.Count.ShouldBe(expectedCount);
        DecodedLogPage ours = Decode(bytes);
        foreach ((string name, decimal value) in theirs)
        {
            LogParameterValue parameter = ours.Parameters.Single(one => Raw(one) == value);
            string expected = TheirNames.GetValueOrDefault(name, char.ToLowerInvariant(name[0]) + name[1..]);
            parameter.Name.ShouldBe(expected, $"{page:X2}h, parameter {parameter.Code:X4}h");
        }
    }

    /// <summary>Every captured page that sg_logs has numbers of.</summary>
    [Theory]
    [InlineData("lto5-log-sense-02")]
    [InlineData("lto5-log-sense-03")]
    [InlineData("lto5-log-sense-0d")]
    [InlineData("lto5-log-sense-30")]
    [InlineData("lto5-log-sense-31")]
    [InlineData("lto5-log-sense-32")]
    [InlineData("lto5-log-sense-2e")]
    public void Captures_have_the_same_numbers_in_the_same_order(string fixture)
    {
        byte[] bytes = HexFixture.Load(fixture).Data;
        decimal[] theirs = [.. Numbers(Sg3Utils.Run("sg_logs", bytes, "--in={0}", "--pdt=1")).Select(line => line.Value)];
        theirs.ShouldNotBeEmpty();
        Decode(bytes).Parameters.Select(Raw).ShouldBe(theirs);
    }

    [Fact]
    public void The_captured_capacities_and_statistics_are_the_same()
    {
        byte[] access = HexFixture.Load("lto5-log-sense-0c").Data;
        // Capacities in MB; the bytes above are printed in GB.
        Numbers(Sg3Utils.Run("sg_logs", access, "--in={0}", "--pdt=1")).Where(line => line.Name.Contains("capacity", StringComparison.Ordinal)).Select(line => line.Value)
            .ShouldBe(Enumerable.Range(4, 5).Select(code => Raw(Decode(access).Find((ushort)code)!)));
        byte[] statistics = HexFixture.Load("lto5-log-sense-17").Data;
        DecodedLogPage page = Decode(statistics);
        foreach ((string name, decimal value) in Numbers(Sg3Utils.Run("sg_logs", statistics, "--in={0}", "--pdt=1")).Take(24))
        {
            string ours = TheirNames.GetValueOrDefault(name, char.ToLowerInvariant(name[0]) + name[1..]);
            Raw(page.Parameters.Single(parameter => parameter.Name == ours)).ShouldBe(value, name);
        }
    }

    [Fact]
    public void Partitions_are_read_as_sg_logs_reads_them()
    {
        byte[] bytes = HexFixture.Load("lto5-log-sense-17").Data;
        string[] theirs = [.. PartitionLine().Matches(Sg3Utils.Run("sg_logs", bytes, "--in={0}", "--pdt=1")).Select(match => $"{match.Groups[1]} {match.Groups[2]}")];
        DecodedLogPage page = Decode(bytes);
        // The first two are about encryption, where sg_logs reads two bytes more than LENGTH allows.
        string[] ours = [.. new ushort[] { 0x0202, 0x0203, 0x0204 }.SelectMany(code => page.Find(code)!.Fields).Select(field => $"{field.Partition} {field.Value}")];
        theirs[^3..].ShouldBe(ours);
    }

    [Fact]
    public void What_the_drive_does_is_the_same()
    {
        byte[] bytes = HexFixture.Load("lto5-log-sense-11").Data;
        string theirs = Sg3Utils.Run("sg_logs", bytes, "--in={0}", "--pdt=1");
        LogParameterValue vhf = Decode(bytes).Find(0)!;
        (string Bit, string Ours)[] bits =
        [
            ("PAMR", "medium removal prevented"), ("HUI", "host-initiated unload"), ("MACC", "cartridge memory accessible"), ("CMPR", "compression enabled"),
            ("WRTP", "write protected"), ("CRQST", "cleaning requested"), ("CRQRD", "cleaning required"), ("DINIT", "initialized"), ("INXTN", "in transition"),
            ("RAA", "robotic access allowed"), ("MPRSNT", "medium present"), ("MSTD", "medium seated"), ("MTHRD", "medium threaded"), ("MOUNTED", "data accessible"),
            ("TDDEC", "tape diagnostic data created"), ("EPP", "encryption parameters present"), ("ESR", "encryption service requested"), ("RRQST", "recovery requested"),
            ("INTFC", "interface changed"), ("TAFC", "TapeAlert state changed"),
        ];
        foreach ((string bit, string name) in bits)
            theirs.ShouldContain($"{bit}={(vhf.Fields.Single(field => field.Name == name).Value.Flag == true ? 1 : 0)}");
        theirs.ShouldContain("DT device activity: Writing to medium");
        vhf.Fields.Single(field => field.Name == "activity").Value.Text.ShouldBe("writing");
    }

    [Fact]
    public void Flags_of_12h_are_the_same()
    {
        byte[] bytes = Hex.Bytes("12 00 00 0C 00 00 03 08 A0 01 80 00 10 00 00 03");
        int[] theirs = [.. AlertFlag().Matches(Sg3Utils.Run("sg_logs", bytes, "--in={0}", "--pdt=1")).Where(match => match.Groups[2].Value == "1").Select(match => int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        LogPage.TryDecode(bytes, out LogPage page).ShouldBeTrue();
        TapeAlertSet.TryDecode(page, out TapeAlertSet set).ShouldBeTrue();
        theirs.Length.ShouldBe(7);
        set.Numbers().ShouldBe(theirs);
    }

    private static decimal Raw(LogParameterValue parameter) =>
        parameter.Bytes.Length == 2 && parameter.Unit == "°C" ? parameter.Bytes.Span[1] : LogDecoder.ReadUnsigned(parameter.Bytes.Span);

    private static DecodedLogPage Decode(byte[] bytes)
    {
        LogDecoder.TryDecode(bytes, LogVendor.Ibm, out DecodedLogPage? page).ShouldBeTrue();
        return page!;
    }

    private static IEnumerable<(string Name, decimal Value)> Numbers(string output) =>
        NumberLine().Matches(output).Select(match => (match.Groups[1].Value.Trim(), decimal.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"^ +([^:=\n]+?)(?: x100)?(?: =|:) (\d+)(?: MB| GB| C| %)?(?: \(or less\))?$", RegexOptions.Multiline)]
    private static partial Regex NumberLine();

    [GeneratedRegex(@"partition number: (\d+), partition record data counter: (\d+)")]
    private static partial Regex PartitionLine();

    [GeneratedRegex(@"(?:Flag)?([0-9A-F]{2})h: ([01])")]
    private static partial Regex AlertFlag();
}
