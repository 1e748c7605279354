using System.Diagnostics;
using System.Globalization;

namespace Capstan.Scsi.Tests;

public class AttributeTableTests
{
    [Fact]
    public void Rows_are_in_order_and_names_are_unique()
    {
        AttributeTable.All.Select(row => row.Id).ShouldBe(AttributeTable.All.Select(row => row.Id).Order());
        AttributeTable.All.Select(row => row.Id).ShouldBeUnique();
        AttributeTable.All.SelectMany(row => new[] { row.Key, row.Alias ?? row.Key }.Distinct()).ShouldBeUnique();
    }

    [Theory]
    [InlineData("label", 0x0803)]
    [InlineData("user-medium-text-label", 0x0803)]
    [InlineData("User Medium Text Label", 0x0803)]
    [InlineData("user_medium_text_label", 0x0803)]
    [InlineData("0803", 0x0803)]
    [InlineData("0x803", 0x0803)]
    [InlineData("803h", 0x0803)]
    [InlineData("Device Vendor/Serial Number at Load-2", 0x020C)]
    [InlineData("barcode", 0x0806)]
    [InlineData("1400", 0x1400)]
    public void Names_that_people_type(string text, int id)
    {
        AttributeTable.TryParse(text, out ushort found).ShouldBeTrue();
        found.ShouldBe((ushort)id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("labels")]
    [InlineData("12345")]
    public void Names_that_nothing_has(string text) => AttributeTable.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0x03FF, AttributeOwner.Device)]
    [InlineData(0x0400, AttributeOwner.Medium)]
    [InlineData(0x0800, AttributeOwner.Host)]
    [InlineData(0x0BFF, AttributeOwner.Host)]
    [InlineData(0x0C00, AttributeOwner.Device)]
    [InlineData(0x1000, AttributeOwner.Medium)]
    [InlineData(0x1623, AttributeOwner.Host)]
    public void Owners(int id, AttributeOwner owner) => AttributeTable.OwnerOf((ushort)id).ShouldBe(owner);

    /// <summary>
    /// Identifier, length and format of every attribute that sg3_utils knows are ours too. Its table calls 080Bh 080Ah a second time, and
    /// says nothing of 040Ah.
    /// </summary>
    [Fact]
    public void Agrees_with_sg_read_attr()
    {
        string output = Run("sg_read_attr", "--enumerate") is { } text ? text : "";
        Assert.SkipWhen(output.Length == 0, "sg_read_attr (sg3-utils) is not installed");
        int compared = 0;
        foreach (string line in output.Split('\n'))
        {
            string[] fields = line.Split('\t', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length < 4 || !fields[0].StartsWith("0x", StringComparison.Ordinal) || fields[2] == "unknown") continue;
            ushort id = ushort.Parse(fields[0].AsSpan(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (fields[3] == "Application format version") id = AttributeTable.ApplicationFormatVersion;
            AttributeDescriptor row = AttributeTable.Find(id).ShouldNotBeNull(line);
            row.Length.ShouldBe(Math.Max(0, int.Parse(fields[1], CultureInfo.InvariantCulture)), line);
            string.Equals(row.Format.ToString(), fields[2], StringComparison.OrdinalIgnoreCase).ShouldBeTrue(line);
            compared++;
        }

        compared.ShouldBeGreaterThan(40);
    }

    /// <summary>Every value of the captured memory, as sg3_utils prints it for the same bytes.</summary>
    [Fact]
    public void Decodes_as_sg_read_attr_does()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", "lto5-read-attribute-values.hex");
        string output = Run("sg_read_attr", $"--in={path}") ?? "";
        Assert.SkipWhen(output.Length == 0, "sg_read_attr (sg3-utils) is not installed");
        AttributeData.TryDecode(HexFixture.Load("lto5-read-attribute-values").Data, out AttributeData data).ShouldBeTrue();
        string[] theirs = [.. output.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal))];
        int index = 0;
        foreach (MediumAttribute attribute in data)
        {
            string line = theirs[index++];
            string value = line[(line.LastIndexOf(':') + 1)..].Trim();
            // What has no name or is dumped there is left out; a line has the name in front of the value.
            if (attribute.Id is 0x080B or 0x080C or 0x1623) continue;
            AttributeDescriptor row = AttributeTable.Find(attribute.Id)!;
            string ours = row.Kind switch
            {
                AttributeKind.Ascii or AttributeKind.Text or AttributeKind.Date or AttributeKind.DateAndTime or AttributeKind.DeviceAtLoad =>
                    AttributeText.Describe(attribute.Id, attribute.Value, attribute.Format, 0),
                AttributeKind.Code or AttributeKind.MediumType or AttributeKind.MediumTypeInformation => "0x" + Number(attribute).ToString("x", CultureInfo.InvariantCulture),
                _ => Number(attribute).ToString(CultureInfo.InvariantCulture),
            };
            string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(ours, line);
        }

        index.ShouldBe(39);
    }

    private static ulong Number(in MediumAttribute attribute) => AttributeText.TryNumber(attribute.Value, out ulong number) ? number : 0;

    private static string? Run(string program, string arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
