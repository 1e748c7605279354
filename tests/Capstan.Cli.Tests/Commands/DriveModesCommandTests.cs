using System.Text.Json;
using Capstan.Operations;
using Capstan.Operations.Modes;

namespace Capstan.Cli.Tests.Commands;

public class DriveModesCommandTests
{
    [Theory]
    [InlineData("drive modes", null, 0)]
    [InlineData("drive modes 3f", null, 0)]
    [InlineData("drive modes 0f", 0x0F, 0)]
    [InlineData("drive modes 10,1", 0x10, 1)]
    [InlineData("drive modes 0x0a/f0", 0x0A, 0xF0)]
    [InlineData("drive modes 1Dh", 0x1D, 0)]
    public void Which_page(string line, int? page, int subpage)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe(new ModesRequest(null, page, subpage));
    }

    [Theory]
    [InlineData("drive modes 40")]
    [InlineData("drive modes compression")]
    [InlineData("drive modes 10,1,2")]
    [InlineData("drive modes 10,100")]
    public void No_page(string line)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Usage);
        cli.Operations.Request.ShouldBeNull();
    }

    [Fact]
    public void Text_of_modes()
    {
        var cli = new TestCli();
        cli.Run(["drive", "modes"]).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe("""
            medium type 98h, buffered mode 1, speed 0, density 60h (LTO-9), variable blocks
            the drive keeps no saved values: after power on the defaults count

            page 0F Data Compression
            FIELD  MEANING               CURRENT  DEFAULT  SAVED  CHANGE
            DCE    compression enabled         0        1      -  yes
            DCC    compression possible        1        1      -  no

            page 24 of the vendor, can be saved
            current    a4 06 00 00 00 01

            """);
        cli = new TestCli();
        cli.Run(["drive", "modes", "--hex"]).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("current    0f 0e 40 80\nchangeable 0f 0e 80 e0\ndefault    0f 0e c0 80\n");
    }

    [Fact]
    public void A_capture_is_decoded_without_a_drive()
    {
        var cli = new TestCli();
        cli.Run(["drive", "modes", "--in", Fixture("lto5-mode-sense-10-3f"), "--output-format", "json"]).ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBeNull();
        using JsonDocument json = JsonDocument.Parse(cli.Json);
        JsonElement root = json.RootElement;
        root.GetProperty("density_code").GetInt32().ShouldBe(0x58);
        // What `sg_modes` lists of the same bytes.
        root.GetProperty("pages").EnumerateArray().Select(page => page.GetProperty("page").GetString())
            .ShouldBe(["01", "02", "0A", "0F", "10", "11", "1A", "1C", "1D", "24", "25", "2F"]);
        JsonElement compression = root.GetProperty("pages")[3];
        compression.GetProperty("current").GetString().ShouldBe("0f0ec080ffffffffffffffff00000000");
        compression.GetProperty("fields")[0].GetProperty("field").GetString().ShouldBe("DCE");
        compression.GetProperty("fields")[0].GetProperty("current").GetInt32().ShouldBe(1);
        // The six-byte form is told by its lengths.
        cli = new TestCli();
        cli.Run(["drive", "modes", "--in", Fixture("lto5-mode-sense-6-3f"), "0f"]).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldStartWith("medium type 58h, buffered mode 1, speed 0, density 58h (LTO-5), variable blocks\n\npage 0F Data Compression\n");
    }

    public static TheoryData<string> Captures =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", "hex"), "lto5-mode-sense-*.hex").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    /// <summary>Each capture's own page, with the length that sg_modes prints for it.</summary>
    [Theory]
    [MemberData(nameof(Captures))]
    public void Every_capture_of_MODE_SENSE(string name)
    {
        var cli = new TestCli();
        cli.Run(["drive", "modes", "--in", Fixture(name), "--output-format", "json"]).ShouldBe(ExitStatus.Success);
        using JsonDocument json = JsonDocument.Parse(cli.Json);
        JsonElement[] pages = [.. json.RootElement.GetProperty("pages").EnumerateArray()];
        pages.ShouldNotBeEmpty();
        string asked = name.Split('-')[4].ToUpperInvariant();
        if (asked != "3F")
            pages.ShouldHaveSingleItem().GetProperty("page").GetString().ShouldBe(name.EndsWith("-0a-f0", StringComparison.Ordinal) ? "0A/F0" : asked);
        // Page 3Fh has each of them, byte by byte.
        string all = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", "lto5-mode-sense-10-3f.hex"));
        string hex = string.Concat(all.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Replace(" ", "", StringComparison.Ordinal)));
        bool isSubpage = name.EndsWith("-0a-f0", StringComparison.Ordinal) || name.EndsWith("-10-10-01", StringComparison.Ordinal);
        foreach (JsonElement page in pages)
            hex.Contains(page.GetProperty("current").GetString()!, StringComparison.Ordinal).ShouldBe(!isSubpage, page.ToString());
    }

    [Fact]
    public void Text_of_density()
    {
        var cli = new TestCli();
        cli.Run(["drive", "density"]).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe("""
            CODE  GENERATION  NAME   DESCRIPTION    CAPACITY  TRACKS  BITS/MM  USE
            5eh   LTO-8       U-932  Ultrium 9/32T   18.0 TB    8960    21457  read only
            60h   LTO-9       U-932  Ultrium 9/32T   18.0 TB    8960    21457  write, default

            in the drive: LTO-9 (density 60h), Ultrium 9/32T, 18.0 TB, writable by this drive

            TYPE  NAME   DESCRIPTION     LENGTH  DENSITIES
            9ch   U-932  Ultrium 9 WORM  1035 m  60h

            """);
    }

    // What `sg_rep_density --inhex` prints of the same bytes: codes, write ok, default, bits per mm, tracks, capacity in MB.
    [Fact]
    public void Captured_densities_are_decoded_without_a_drive()
    {
        var cli = new TestCli();
        cli.Run(["drive", "density", "--in", Fixture("lto5-report-density")]).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe("""
            CODE  GENERATION  NAME   DESCRIPTION    CAPACITY  TRACKS  BITS/MM  USE
            44h   LTO-3       U-316  Ultrium 3/16T  381.5 GB     704     9638  read only, default
            46h   LTO-4       U-416  Ultrium 4/16T  800.0 GB     896    12725  write, default
            58h   LTO-5       U-516  Ultrium 5/16T    1.5 TB    1280    15142  write, default

            """);
        cli = new TestCli();
        cli.Run(["drive", "density", "--in", Fixture("lto5-inquiry")]).ShouldBe(ExitStatus.Failed);
    }

    [Theory]
    [InlineData("drive options", null, null, null, null)]
    [InlineData("drive options compression=off", false, null, null, null)]
    [InlineData("drive options block-length=64K buffering=on", null, 65536, true, null)]
    [InlineData("drive options block-length=variable", null, 0, null, null)]
    [InlineData("drive options early-warning=off", null, null, null, 0)]
    [InlineData("drive options early-warning=1", null, null, null, 1)]
    [InlineData("drive options early-warning=1000001", null, null, null, 2)]
    [InlineData("drive options early-warning=65535000000", null, null, null, 65535)]
    [InlineData("drive options --defaults", true, 0, true, 0, true)]
    [InlineData("drive options --defaults compression=no", false, 0, true, 0, true)]
    public void Options(string line, bool? compression, int? blockLength, bool? buffering, int? earlyWarning, bool isDefaults = false)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe(new OptionsRequest(null, compression, blockLength, buffering, earlyWarning, isDefaults));
        cli.Output.ShouldBe("compression   on\nblock-length  variable\nbuffering     on\nearly-warning this drive has none that can be set\n");
    }

    [Theory]
    [InlineData("drive options early-warning=65535000001")]
    [InlineData("drive options early-warning=soon")]
    [InlineData("drive options early-warning=-1")]
    [InlineData("drive options compression=maybe")]
    [InlineData("drive options compression")]
    [InlineData("drive options speed=4")]
    [InlineData("drive options block-length=17M")]
    [InlineData("drive options block-length=-1")]
    public void Options_that_there_are_not(string line)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Usage);
        cli.Operations.Request.ShouldBeNull();
    }

    [Fact]
    public void Options_in_text_and_JSON()
    {
        var cli = new TestCli();
        cli.Operations.OnOptions = () => new OptionsReport("virtual:main", "default", false, false, 65536, false, true, 20_000);
        cli.Run(["drive", "options"]).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe("compression   off (this drive cannot compress)\nblock-length  64 KiB (65536 bytes)\nbuffering     off\nearly-warning 20.0 GB before the drive's own\n");
        cli = new TestCli();
        cli.Run(["drive", "options", "--output-format", "json"]).ShouldBe(ExitStatus.Success);
        using JsonDocument json = JsonDocument.Parse(cli.Json);
        json.RootElement.GetProperty("compression").GetBoolean().ShouldBeTrue();
        json.RootElement.GetProperty("block_length").GetInt32().ShouldBe(0);
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", name + ".hex");
}
