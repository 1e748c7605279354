using CsCheck;
using Capstan.Operations.Configuration;

namespace Capstan.Operations.Tests.Configuration;

public sealed class ConfigurationEditorTests
{
    private const string Text =
        """
        # My tapes. This line belongs to the file.

        # the left one
        [drive.left]   # header
        device = "/dev/sg1" # why
        # before serial
        serial   =   'X1'

        # the right one

        [drive.right]
        device = "/dev/sg2"
        # end of right

        [changer.robot]
        device = "/dev/sg3"
        export-slots = [
          41, # front
          42,
        ]
        """;

    [Fact]
    public void A_value_changes_and_nothing_else() =>
        ConfigurationEditor.Set("f", Text, "drive", "left", "serial", "Y\"2").ShouldBe(Text.Replace("'X1'", "\"Y\\\"2\"", StringComparison.Ordinal));

    [Fact]
    public void A_list_over_several_lines_is_one_value() =>
        ConfigurationEditor.Set("f", Text, "changer", "robot", "export-slots", (IReadOnlyList<int>)[7]).ShouldEndWith("export-slots = [7]");

    [Fact]
    public void A_new_key_goes_behind_the_others_of_its_table() =>
        ConfigurationEditor.Set("f", Text, "drive", "right", "vendor", "IBM")
            .ShouldBe(Text.Replace("device = \"/dev/sg2\"\n", "device = \"/dev/sg2\"\nvendor = \"IBM\"\n", StringComparison.Ordinal));

    [Fact]
    public void A_new_key_behind_a_last_line_without_end_gets_a_line_of_its_own() =>
        ConfigurationEditor.Set("f", Text, "changer", "robot", "eject-before-unload", true).ShouldBe(Text + "\neject-before-unload = true\n");

    [Fact]
    public void A_key_goes_with_its_line() =>
        ConfigurationEditor.Set("f", Text, "drive", "left", "serial", null).ShouldBe(Text.Replace("serial   =   'X1'\n", "", StringComparison.Ordinal));

    [Fact]
    public void A_table_goes_with_the_comment_directly_above_it() =>
        ConfigurationEditor.Remove("f", Text, "drive", "left").ShouldBe(
            Text.Remove(Text.IndexOf("# the left one", StringComparison.Ordinal), Text.IndexOf("# the right one", StringComparison.Ordinal) - Text.IndexOf("# the left one", StringComparison.Ordinal)));

    [Fact]
    public void A_table_comes_behind_everything() =>
        ConfigurationEditor.Add("# mine\n", "drive", "a.b", [("device", "/dev/sg1"), ("serial", null), ("changer-drive", 2)])
            .ShouldBe("# mine\n\n[drive.\"a.b\"]\ndevice = \"/dev/sg1\"\nchanger-drive = 2\n");

    [Fact]
    public void Lines_end_as_the_others_do() =>
        ConfigurationEditor.Add("[scan]\r\nportals = []\r\n", "library", "l", [("path", "/l")]).ShouldEndWith("\r\n\r\n[library.l]\r\npath = \"/l\"\r\n");

    [Theory]
    [InlineData("drive.left.device = \"/dev/sg1\"\n")]
    [InlineData("drive = { left = { device = \"/dev/sg1\" } }\n")]
    public void What_is_written_in_another_way_is_left_to_its_writer(string text)
    {
        Should.Throw<OperationException>(() => ConfigurationEditor.Set("f", text, "drive", "left", "device", "/dev/sg2")).Message.ShouldStartWith("f:1: drive 'left' is not written as lines");
        Should.Throw<OperationException>(() => ConfigurationEditor.Set("f", text, "drive", "left", "serial", "1"));
        Should.Throw<OperationException>(() => ConfigurationEditor.Remove("f", text, "drive", "left"));
    }

    /// <summary>Whatever is changed, in whatever order: the file means what it should, and every comment that was there is there, in its order.</summary>
    [Fact]
    public void Comments_and_order_stay_and_every_value_is_read_back()
    {
        var edit = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4], Gen.OneOf(Gen.String[Gen.Char[' ', '~'], 1, 20], Gen.Const("#"), Gen.Const("a\"b\\c"), Gen.Const("]\u00e4"), Gen.Const("日本")));
        edit.Array[1, 12].Sample(edits =>
        {
            string text = Text;
            var drives = new Dictionary<string, (string Device, string? Serial)> { ["left"] = ("/dev/sg1", "X1"), ["right"] = ("/dev/sg2", null) };
            foreach ((int what, int which, string value) in edits)
            {
                string name = which switch { 0 => "left", 1 => "right", _ => "new" + which };
                string serial = value.Trim().Length == 0 ? "s" : value;
                if (what == 0 && !drives.ContainsKey(name))
                {
                    text = ConfigurationEditor.Add(text, "drive", name, [("device", "/dev/x"), ("serial", serial)]);
                    drives[name] = ("/dev/x", serial);
                }
                else if (what == 1 && drives.TryGetValue(name, out var old))
                {
                    text = ConfigurationEditor.Set("f", text, "drive", name, "serial", serial);
                    drives[name] = old with { Serial = serial };
                }
                else if (what == 2 && drives.TryGetValue(name, out old))
                {
                    text = ConfigurationEditor.Set("f", text, "drive", name, "serial", null);
                    drives[name] = old with { Serial = null };
                }
                else if (what == 3 && name.StartsWith("new", StringComparison.Ordinal) && drives.Remove(name))
                {
                    text = ConfigurationEditor.Remove("f", text, "drive", name);
                }
            }

            ConfigurationReaderTests.Read(text).Drives.Select(drive => (drive.Name, drive.Device, drive.Serial)).Order()
                .ShouldBe(drives.Select(drive => (drive.Key, drive.Value.Device, drive.Value.Serial)).Order());
            int at = -1;
            foreach (string comment in (ReadOnlySpan<string>)["# My tapes. This", "\n# the left one", "# header", "# why", "# before serial", "# the right one", "# end of right", "# front"])
            {
                int next = text.IndexOf(comment, StringComparison.Ordinal);
                next.ShouldBeGreaterThan(at, comment);
                at = next;
            }
        });
    }
}
