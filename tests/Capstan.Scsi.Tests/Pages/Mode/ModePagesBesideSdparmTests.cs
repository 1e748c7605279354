using System.Globalization;
using System.Text.RegularExpressions;

namespace Capstan.Scsi.Tests;

/// <summary>Mode pages: our names and places of fields beside those of sdparm. (sg_modes decodes no bytes from a file.)</summary>
public partial class ModePagesBesideSdparmTests
{
    // What sdparm calls the pages on its command line; the ones of SAS ports belong to a transport there.
    private static readonly Dictionary<(int Page, int Subpage), string[]> Theirs = new()
    {
        [(0x01, 0x00)] = ["rw"],
        [(0x02, 0x00)] = ["dr"],
        [(0x0A, 0x00)] = ["co"],
        [(0x0A, 0xF0)] = ["cdp"],
        [(0x0F, 0x00)] = ["dac"],
        [(0x10, 0x00)] = ["dc"],
        [(0x10, 0x01)] = ["dce"],
        [(0x11, 0x00)] = ["mpa"],
        [(0x18, 0x00)] = ["pl", "--transport=6"],
        [(0x19, 0x00)] = ["pp", "--transport=6"],
        [(0x1A, 0x00)] = ["po"],
        [(0x1C, 0x00)] = ["ie"],
        [(0x1D, 0x00)] = ["mco"],
    };

    // Sizes of further partitions, and what SPC leaves to the protocol: sdparm has one size, and no such byte.
    private static readonly string[] OnlyOurs = ["SIZE_1", "SIZE_2", "SIZE_3", "PARAM"];

    [Fact]
    public void Every_field_is_where_sdparm_has_it()
    {
        var wrong = new List<string>();
        foreach (ModePageDescription page in ModePageCatalog.All)
        {
            (int, int, int)[] theirs = [.. Layout(page).Select(static field => (field.Byte, field.High, field.Bits))];
            theirs.ShouldNotBeEmpty(page.Name);
            foreach (ModeField field in page.Fields.Where(static field => !OnlyOurs.Contains(field.Name)))
            {
                if (!theirs.Contains((field.Byte, field.Bits < 8 ? field.Low + field.Bits - 1 : 7, field.Bits)))
                    wrong.Add($"{page.Page:X2}/{page.Subpage:X2} {field.Name} [{field.Byte}:{field.Low}:{field.Bits}]");
            }
        }

        wrong.ShouldBeEmpty();
    }

    /// <summary>Each value of a capture, found by its place in the page.</summary>
    [Theory]
    [InlineData("lto5-mode-sense-10-01", 1)]
    [InlineData("lto5-mode-sense-10-02", 1)]
    [InlineData("lto5-mode-sense-10-0a", 1)]
    [InlineData("lto5-mode-sense-10-0f", 1)]
    [InlineData("lto5-mode-sense-10-10", 1)]
    [InlineData("lto5-mode-sense-10-11", 1)]
    [InlineData("lto5-mode-sense-10-1c", 1)]
    [InlineData("lto5-mode-sense-10-1d", 1)]
    [InlineData("lto5-mode-sense-10-3f", 9)]
    [InlineData("lto10-mode-sense-10-3f", 11)]
    [InlineData("lto5-mode-sense-6-01", 1)]
    [InlineData("lto5-mode-sense-6-02", 1)]
    [InlineData("lto5-mode-sense-6-0a", 1)]
    [InlineData("lto5-mode-sense-6-0f", 1)]
    [InlineData("lto5-mode-sense-6-10", 1)]
    [InlineData("lto5-mode-sense-6-11", 1)]
    [InlineData("lto5-mode-sense-6-1c", 1)]
    [InlineData("lto5-mode-sense-6-1d", 1)]
    [InlineData("lto5-mode-sense-6-3f", 9)]
    public void Values_of_captures_are_the_same(string fixture, int pages)
    {
        bool isSix = fixture.Contains("-6-", StringComparison.Ordinal);
        byte[] data = HexFixture.Load(fixture).Data;
        string printed = Sg3Utils.Run("sdparm", data, ["--inhex={0}", "--pdt=1", "--all", .. isSix ? (string[])["--six"] : []]);
        ModeParameters.TryDecode(data, isSix ? ModeHeaderForm.Six : ModeHeaderForm.Ten, out ModeParameters parameters).ShouldBeTrue();
        int compared = 0;
        foreach (ModePage page in parameters)
        {
            if (ModePageCatalog.Find(page.Page, page.Subpage) is not { } known) continue;
            (string Name, int Byte, int High, int Bits)[] layout = [.. Layout(known)];
            string title = Title(known);
            Dictionary<string, long> values = Values(printed, title);
            values.ShouldNotBeEmpty($"{title} in {printed}");
            foreach (ModeField field in known.Fields)
            {
                string? name = layout.FirstOrDefault(one => (one.Byte, one.High) == (field.Byte, field.Bits < 8 ? field.Low + field.Bits - 1 : 7)).Name;
                if (name is null || !values.TryGetValue(name, out long theirs) || !field.TryGet(page.Bytes, out uint ours))
                    continue;
                // sdparm prints all ones as -1.
                long expected = ours == uint.MaxValue >> (32 - field.Bits) && theirs < 0 ? -1 : ours;
                theirs.ShouldBe(expected, $"{title}: {name}, {field.Name}");
                values.Remove(name);
            }

            // What is left has no name here: fields of disks, and one that is obsolete.
            values.Keys.Except(OnlyTheirs).ShouldBeEmpty(title);
            compared++;
        }

        compared.ShouldBe(pages);
    }

    private static readonly string[] OnlyTheirs =
        ["AWRE", "ARRE", "RC", "COR_S", "HOC", "DSOC", "DPICZ", "VS_CTL", "ATO", "ATMPE", "RWWP", "SBLP"];

    private static IEnumerable<(string Name, int Byte, int High, int Bits)> Layout(ModePageDescription page)
    {
        string[] arguments = Theirs[(page.Page, page.Subpage)];
        string printed = Sg3Utils.Run("sdparm", ["--enumerate", "--all", "--pdt=1", $"--page={arguments[0]}", .. arguments[1..]]);
        foreach (Match match in Place().Matches(printed))
        {
            yield return (match.Groups[1].Value, int.Parse(match.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[4].Value, CultureInfo.InvariantCulture));
        }
    }

    private static string Title(ModePageDescription page) =>
        Heading().Match(Sg3Utils.Run("sdparm", "--enumerate", "--all", "--pdt=1", $"--page={Theirs[(page.Page, page.Subpage)][0]}")).Groups[1].Value.Trim();

    private static Dictionary<string, long> Values(string printed, string title)
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        bool isHere = false;
        foreach (string line in printed.Split('\n'))
        {
            if (!line.StartsWith(' '))
                isHere = line.StartsWith(title, StringComparison.Ordinal) && line.Contains("mode page", StringComparison.Ordinal);
            else if (isHere && Line().Match(line) is { Success: true } match)
                values[match.Groups[1].Value] = long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        }

        return values;
    }

    [GeneratedRegex(@"^  (\S+) +\[0x([0-9a-f]{2}):(\d):(\d+) *\]", RegexOptions.Multiline)]
    private static partial Regex Place();

    [GeneratedRegex(@"^(.*?)\[0x", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^ +(\S+) +(-?\d+)\b")]
    private static partial Regex Line();
}
