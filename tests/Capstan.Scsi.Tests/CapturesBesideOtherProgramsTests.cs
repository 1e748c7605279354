using System.Globalization;
using System.Text.RegularExpressions;

namespace Capstan.Scsi.Tests;

/// <summary>Every capture of a device is decoded, and another program judges what comes of it, or the table says why none can.</summary>
public partial class CapturesBesideOtherProgramsTests
{
    private const string NoProgram = "no program of sg3_utils reads such an answer from a file; the tests of its type have its bytes";

    /// <summary>By the file's name, or its beginning (the longest one counts): who compares it, or why nobody does.</summary>
    private static readonly Dictionary<string, Action<string>> Judges = new(StringComparer.Ordinal)
    {
        ["changer-inquiry"] = static name => new InquiryBesideSg3UtilsTests().Standard_data_agree_with_sg_inq(name),
        // A changer's pages are not in the catalog, which is of tape drives; mtx reads no element status from a file.
        ["changer-empty-drives-status-all"] = None,
        ["changer-mode-sense-"] = None,
        ["changer-status-"] = None,
        ["lto5-inquiry"] = static name => new InquiryBesideSg3UtilsTests().Standard_data_agree_with_sg_inq(name),
        ["tgt-tape-inquiry"] = static name => new InquiryBesideSg3UtilsTests().Standard_data_agree_with_sg_inq(name),
        ["changer-inquiry-vpd-00"] = static name => new InquiryBesideSg3UtilsTests().The_list_of_pages_is_the_same(name),
        ["changer-inquiry-vpd-80"] = static name => new InquiryBesideSg3UtilsTests().Serial_numbers_are_the_same(name, "sn"),
        ["tgt-tape-inquiry-vpd-80"] = static name => new InquiryBesideSg3UtilsTests().Serial_numbers_are_the_same(name, "sn"),
        ["lto5-inquiry-vpd-00"] = static name => new InquiryBesideSg3UtilsTests().The_list_of_pages_is_the_same(name),
        ["lto5-inquiry-vpd-80"] = static name => new InquiryBesideSg3UtilsTests().Serial_numbers_are_the_same(name, "sn"),
        ["lto5-inquiry-vpd-83"] = static _ => new InquiryBesideSg3UtilsTests().Names_of_the_drive_are_the_same(),
        ["lto5-inquiry-vpd-b0"] = static _ => new InquiryBesideSg3UtilsTests().Sequential_access_capabilities_are_the_same(),
        ["lto5-inquiry-vpd-b1"] = static name => new InquiryBesideSg3UtilsTests().Serial_numbers_are_the_same(name, "mas"),
        ["lto10-log-sense-00"] = static name => ListOfLogPages(name, 24),
        ["lto10-mode-sense-10-3f"] = static name => new ModePagesBesideSdparmTests().Values_of_captures_are_the_same(name, 11),
        ["lto5-log-sense-00"] = static name => ListOfLogPages(name, 13),
        ["lto5-log-sense-02"] = Numbers,
        ["lto5-log-sense-03"] = Numbers,
        ["lto5-log-sense-0c"] = static _ => new LogPagesBesideSg3UtilsTests().The_captured_capacities_and_statistics_are_the_same(),
        ["lto5-log-sense-0d"] = Numbers,
        ["lto5-log-sense-11"] = static _ => new LogPagesBesideSg3UtilsTests().What_the_drive_does_is_the_same(),
        ["lto5-log-sense-17"] = static _ =>
        {
            new LogPagesBesideSg3UtilsTests().The_captured_capacities_and_statistics_are_the_same();
            new LogPagesBesideSg3UtilsTests().Partitions_are_read_as_sg_logs_reads_them();
        },
        ["lto5-log-sense-2e"] = Numbers,
        ["lto5-log-sense-30"] = Numbers,
        ["lto5-log-sense-31"] = Numbers,
        ["lto5-log-sense-32"] = Numbers,
        ["lto5-log-sense-37"] = static name => Sg3Utils.Run("sg_logs", HexFixture.Load(name).Data, "--in={0}", "--pdt=1").ShouldContain("Unable to decode"),
        // Subpages come without SPF there, and with the page code of the page they belong to.
        ["lto5-mode-sense-10-10-01"] = WithoutSubpageFormat,
        ["lto5-mode-sense-10-0a-f0"] = WithoutSubpageFormat,
        ["lto5-mode-sense-10-"] = Modes,
        ["lto5-mode-sense-6-"] = Modes,
        ["lto5-read-attribute-values"] = static _ => new AttributeTableTests().Decodes_as_sg_read_attr_does(),
        ["lto5-read-attribute-list"] = ListOfAttributes,
        ["lto5-read-block-limits"] = None,
        ["lto5-read-position-"] = None,
        ["lto5-report-density"] = None,
        ["lto5-security-protocol-in-"] = None,
    };

    public static TheoryData<string> Names => [.. HexFixture.Devices];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_capture_is_judged(string name)
    {
        HexFixture fixture = HexFixture.Load(name);
        if (fixture.Data.Length == 0)
        {
            Refusal(name);
            return;
        }

        string? judge = Judges.Keys.Where(key => name == key || (key.EndsWith('-') && name.StartsWith(key, StringComparison.Ordinal)) || (key == "lto5-report-density" && name.StartsWith(key, StringComparison.Ordinal)))
            .MaxBy(static key => key.Length);
        judge.ShouldNotBeNull($"{name}: a capture that nothing is compared with. Add the program that reads it, or why none does.");
        Judges[judge](name);
    }

    [Fact]
    public void Every_judge_has_a_capture() =>
        Judges.Keys.Where(key => !HexFixture.Devices.Any(name => name.StartsWith(key, StringComparison.Ordinal))).ShouldBeEmpty();

    private static void None(string name) => HexFixture.Load(name).Data.ShouldNotBeEmpty(NoProgram);

    private static void Numbers(string name) => new LogPagesBesideSg3UtilsTests().Captures_have_the_same_numbers_in_the_same_order(name);

    private static void Modes(string name) =>
        new ModePagesBesideSdparmTests().Values_of_captures_are_the_same(name, name.EndsWith("-3f", StringComparison.Ordinal) ? 9 : 1);

    /// <summary>Read as what it says it is, it is the page without subpage, and longer than the answer.</summary>
    private static void WithoutSubpageFormat(string name)
    {
        byte[] data = HexFixture.Load(name).Data;
        ModeParameters.TryDecode(data, ModeHeaderForm.Ten, out ModeParameters parameters).ShouldBeTrue();
        parameters.Pages[0].ShouldBe(data[16]);
        (parameters.Pages[0] & 0x40).ShouldBe(0);
    }

    private static void ListOfLogPages(string name, int pages)
    {
        byte[] data = HexFixture.Load(name).Data;
        string[] theirs = [.. Listed().Matches(Sg3Utils.Run("sg_logs", data, "--in={0}", "--pdt=1")).Select(static match => match.Groups[1].Value)];
        LogPage.TryDecode(data, out LogPage page).ShouldBeTrue();
        LogDecoder.ReadPageList(page).Select(static one => one.Page.ToString("x2", CultureInfo.InvariantCulture)).ShouldBe(theirs);
        theirs.Length.ShouldBe(pages);
        foreach ((byte code, byte subpage) in LogDecoder.ReadPageList(page))
            LogDecoder.NameOf(code, subpage, LogVendor.Ibm).ShouldNotBeOneOf("vendor-specific page", "page without a name here");
    }

    /// <summary>sg_read_attr prints the names of the identifiers, each as its table has it.</summary>
    private static void ListOfAttributes(string name)
    {
        byte[] data = HexFixture.Load(name).Data;
        // Two have the same name.
        ILookup<string, ushort> names = Enumerated().Matches(Sg3Utils.Run("sg_read_attr", "--enumerate")).ToLookup(
            static match => match.Groups[2].Value.Trim(), static match => ushort.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        string[] theirs = [.. Sg3Utils.Run("sg_read_attr", data, "--in={0}", "--sa=1").Split('\n').Where(static line => line.StartsWith("  ", StringComparison.Ordinal)).Select(static line => line.Trim())];
        AttributeList.TryDecode(data, out AttributeList list).ShouldBeTrue();
        theirs.Length.ShouldBe(list.Ids.Length);
        int compared = 0;
        for (int i = 0; i < theirs.Length; i++)
        {
            // Its table has 080Bh under another number, and none of LTFS's.
            if (!names.Contains(theirs[i]) || list.Ids[i] == AttributeTable.ApplicationFormatVersion) continue;
            names[theirs[i]].ShouldContain(list.Ids[i], theirs[i]);
            compared++;
        }

        compared.ShouldBeGreaterThan(30);
    }

    /// <summary>
    /// The comments have what sg_raw said of the sense. Sense data that say so are made here from its words, and sg_decode_sense says the
    /// same of them.
    /// </summary>
    private static void Refusal(string name)
    {
        string[] lines = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", name + ".hex"))];
        if (lines.Contains("# SCSI Status: Good"))
        {
            lines.ShouldContain("# No data received");
            return;
        }

        string key = Said(lines, "Sense key: ");
        string code = Said(lines, "Additional sense: ");
        int field = int.Parse(Said(lines, "Error in Command: byte "), CultureInfo.InvariantCulture);
        key.ShouldBe("Illegal Request");
        SenseCode found = Enumerable.Range(0, 0x10000).Select(static value => new SenseCode((byte)(value >> 8), (byte)value))
            .First(one => string.Equals(one.Text, code, StringComparison.OrdinalIgnoreCase));
        byte[] sense = new byte[SenseData.MaxEncodedLength];
        int length = new SenseData { Key = SenseKey.IllegalRequest, Code = found, FieldPointer = new FieldPointer(InCdb: true, (ushort)field, null) }.Encode(sense);
        string theirs = Sg3Utils.Run("sg_decode_sense", sense.AsSpan(0, length), "--file={0}");
        theirs.ShouldContain($"Sense key: {key}");
        theirs.ShouldContain($"Additional sense: {code}");
        theirs.ShouldContain($"Error in Command: byte {field}");
        SenseData.TryDecode(sense.AsSpan(0, length), out SenseData decoded).ShouldBeTrue();
        (decoded.Key, decoded.Code, decoded.FieldPointer?.Byte).ShouldBe((SenseKey.IllegalRequest, found, (ushort)field));
    }

    private static string Said(string[] lines, string what)
    {
        string line = lines.First(one => one.Contains(what, StringComparison.Ordinal));
        return line[(line.IndexOf(what, StringComparison.Ordinal) + what.Length)..].Trim();
    }

    [GeneratedRegex(@"^    0x([0-9a-f]{2}) ", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex(@"^\s*0x([0-9a-f]{4}):?\t[^\t]*\t[^\t]*\t(.*)$", RegexOptions.Multiline)]
    private static partial Regex Enumerated();
}
