using System.Text.Json;
using Capstan.Operations;
using Capstan.Operations.Movement;

namespace Capstan.Cli.Tests.Commands;

public class DriveMoveCommandTests
{
    [Theory]
    [InlineData("rewind", TapeMove.Rewind, 1, "rewind: object 17, file 2, partition 0\n")]
    [InlineData("fsf", TapeMove.Fsf, 1, "fsf 1: object 17, file 2, partition 0\n")]
    [InlineData("bsf 3", TapeMove.Bsf, 3, "bsf 3: object 17, file 2, partition 0\n")]
    [InlineData("asf 2", TapeMove.Asf, 2, "asf 2: object 17, file 2, partition 0\n")]
    [InlineData("seek 1042", TapeMove.Seek, 1042, "seek 1042: object 17, file 2, partition 0\n")]
    public void Text_of_a_movement(string line, TapeMove move, long count, string text)
    {
        var cli = new TestCli();
        cli.Run(["drive", .. line.Split(' '), "--device", "virtual:b"]).ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe(new MoveRequest("virtual:b", move, count));
        cli.Output.ShouldBe(text);
    }

    [Theory]
    [InlineData("drive fsf -1")]
    [InlineData("drive seek")]
    [InlineData("drive asf")]
    [InlineData("drive fsf many")]
    [InlineData("drive weof 16777216")]
    public void A_count_that_is_none_touches_nothing(string line)
    {
        var cli = new TestCli();
        cli.Run(line.Split(' ')).ShouldBe(ExitStatus.Usage);
        cli.Operations.Request.ShouldBeNull();
    }

    [Fact]
    public void One_that_stops_early_says_where_and_why()
    {
        var cli = new TestCli();
        cli.Operations.OnMove = request => new MoveReport("virtual:main", "default", "fsf", 9, "end of data", 7, new PositionReport(0, 15, 2, false, false), true,
            "virtual:main: fsf stopped at the end of data after 2 of 9.", ExitStatus.Failed);
        cli.Run("drive", "fsf", "9", "--quiet").ShouldBe(ExitStatus.Failed);
        cli.Output.ShouldBe("fsf 9: object 15, file 2, partition 0\n");
        cli.Error.ShouldBe("capstan: virtual:main: fsf stopped at the end of data after 2 of 9.\n");
        cli = new TestCli { };
        cli.Operations.OnMove = request => new MoveReport("virtual:main", "default", "fsf", 9, "end of data", 7, null, true, "why", ExitStatus.Failed);
        cli.Run("drive", "fsf", "9", "--output-format", "json").ShouldBe(ExitStatus.Failed);
        using JsonDocument document = JsonDocument.Parse(cli.Json);
        document.RootElement.GetProperty("stopped").GetString().ShouldBe("end of data");
        document.RootElement.GetProperty("missing").GetInt64().ShouldBe(7);
        document.RootElement.GetProperty("reason").GetString().ShouldBe("why");
        document.RootElement.GetProperty("exit_status").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Text_of_tell()
    {
        var cli = new TestCli();
        cli.Run("drive", "tell", "--quiet").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(
            """
            position   object 17, file 2, partition 0
            buffer     3 objects, 768 bytes
            on tape    what is before object 14
            forms      short, long, extended

            """);
    }

    /// <summary>Captured: IBM ULT3580-TD5, emulated by mhvtl (fixtures/hex); it refuses the extended form.</summary>
    [Theory]
    [InlineData("short", null, 0L)]
    [InlineData("long", 3L, null)]
    public void Tell_decodes_a_saved_answer_of_each_form(string form, long? file, long? objects)
    {
        var cli = new TestCli();
        cli.Run("drive", "tell", "--in", Fixture(form), "--quiet", "--output-format", "json").ShouldBe(ExitStatus.Success);
        using JsonDocument document = JsonDocument.Parse(cli.Json);
        JsonElement root = document.RootElement;
        root.GetProperty("forms")[0].GetString().ShouldBe(form);
        root.GetProperty("position").GetProperty("object_id").GetInt64().ShouldBe(30);
        Number(root.GetProperty("position").GetProperty("file_number")).ShouldBe(file);
        Number(root.GetProperty("objects_in_buffer")).ShouldBe(objects);
        // BYCU is set in the short one.
        Number(root.GetProperty("bytes_in_buffer")).ShouldBeNull();
        cli.Operations.Device.ShouldBeNull();
    }

    [Fact]
    public void Tell_says_what_a_saved_refusal_is()
    {
        var cli = new TestCli();
        cli.Run("drive", "tell", "--in", Fixture("extended")).ShouldBe(ExitStatus.Failed);
        cli.Error.ShouldContain("refused");
    }

    private static string Fixture(string form) => Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", $"lto5-read-position-{form}.hex");

    private static long? Number(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.GetInt64();

    [Theory]
    [InlineData("lock", "the cartridge is locked in the drive\n")]
    [InlineData("unlock", "the cartridge is free\n")]
    public void Text_of_locks(string verb, string text)
    {
        var cli = new TestCli();
        cli.Run("drive", verb, "--quiet").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(text);
    }

    [Fact]
    public void Weof_says_what_it_may()
    {
        var cli = new TestCli();
        cli.Run("drive", "weof", "2", "--overwrite-labelled", "--device", "virtual:b").ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe(new WeofRequest("virtual:b", 2, true));
    }
}
