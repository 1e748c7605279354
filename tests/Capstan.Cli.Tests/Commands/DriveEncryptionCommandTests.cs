using Capstan.Operations;
using Capstan.Operations.Encryption;

namespace Capstan.Cli.Tests.Commands;

public sealed class DriveEncryptionCommandTests : IDisposable
{
    private readonly string _key = Path.Combine(Path.GetTempPath(), $"capstan-key-{Guid.NewGuid():N}");
    private readonly TestCli _cli = new();

    public void Dispose() => File.Delete(_key);

    [Fact]
    public void Status_in_words()
    {
        _cli.Run("drive", "encryption", "status").ShouldBe(ExitStatus.Success);
        _cli.Output.ShouldBe(
            """
            drive      virtual:main: IBM ULT3580-TD9
            writing    encrypted, not to be read raw
            reading    what the key decrypts, and what is in clear
            key        'offsite 2026', for all hosts, counter 3
            tape       holds encrypted blocks
            next block object 42: encrypted, key 'offsite 2026', not to be read raw
            algorithm  1: AES-256-GCM, keys of 256 bits, descriptions of 32 bytes

            """.ReplaceLineEndings(_cli.Output.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n"));
    }

    [Fact]
    public void Status_in_json()
    {
        _cli.Run("drive", "encryption", "status", "--output-format", "json").ShouldBe(ExitStatus.Success);
        _cli.Json.ShouldContain("\"settings\":{\"encryption\":\"on\",\"decryption\":\"mixed\",\"scope\":\"all\",\"key_count\":3,\"algorithm_index\":1,\"key\":\"offsite 2026\"");
        _cli.Json.ShouldContain("\"next_block\":{\"object_id\":42,\"state\":\"encrypted\"");
    }

    [Fact]
    public void On_reads_the_key_file_and_passes_the_options_on()
    {
        KeyFile.Generate(_key, "in the file");
        _cli.Run("drive", "encryption", "on", "--key-file", _key, "--scope", "local", "--clear-on-unload", "--allow-raw-read").ShouldBe(ExitStatus.Success);
        EncryptionRequest request = _cli.Operations.EncryptionRequest.ShouldNotBeNull();
        request.Choice.ShouldBe(EncryptionChoice.On);
        request.Key.ShouldNotBeNull().Description.ShouldBe("in the file");
        request.Description.ShouldBeNull();
        (request.IsLocal, request.ClearsOnUnload, request.AllowsRawRead).ShouldBe((true, true, true));
        string digits = File.ReadAllLines(_key)[0];
        (_cli.Output + _cli.Error + _cli.Json).ShouldNotContain(digits[..8], Case.Insensitive);
    }

    [Theory]
    [InlineData("mixed", EncryptionChoice.Mixed)]
    [InlineData("on", EncryptionChoice.On)]
    public void The_command_line_names_the_key(string verb, EncryptionChoice choice)
    {
        KeyFile.Generate(_key, "in the file");
        _cli.Run("drive", "encryption", verb, "--key-file", _key, "--description", "on the line").ShouldBe(ExitStatus.Success);
        _cli.Operations.EncryptionRequest!.Choice.ShouldBe(choice);
        _cli.Operations.EncryptionRequest.Description.ShouldBe("on the line");
    }

    [Theory]
    [InlineData("off", EncryptionChoice.Off)]
    [InlineData("rawread", EncryptionChoice.RawRead)]
    public void Some_need_no_key(string verb, EncryptionChoice choice)
    {
        _cli.Run("drive", "encryption", verb).ShouldBe(ExitStatus.Success);
        _cli.Operations.EncryptionRequest!.Choice.ShouldBe(choice);
        _cli.Operations.EncryptionRequest.Key.ShouldBeNull();
    }

    [Fact]
    public void A_key_has_one_source()
    {
        _cli.Run("drive", "encryption", "on").ShouldBe(ExitStatus.Usage);
        _cli.Run("drive", "encryption", "on", "--key-file", _key, "--key-stdin").ShouldBe(ExitStatus.Usage);
        _cli.Run("drive", "encryption", "on", "--key-file", _key, "--description", "schlüssel").ShouldNotBe(ExitStatus.Success);
        _cli.Operations.EncryptionRequest.ShouldBeNull();
    }

    [Fact]
    public void Generate_makes_a_file_and_prints_no_key()
    {
        _cli.Run("drive", "encryption", "generate-key", _key, "--description", "offsite").ShouldBe(ExitStatus.Success);
        string[] lines = File.ReadAllLines(_key);
        lines[0].Length.ShouldBe(64);
        lines[1].ShouldBe("offsite");
        _cli.Output.ShouldContain("a new key");
        _cli.Output.ShouldNotContain(lines[0][..8]);
        _cli.Run("drive", "encryption", "generate-key", _key).ShouldBe(ExitStatus.Failed);
    }

    [Theory]
    [InlineData("# CDB: a2 20 00 20\n00 20 00 24 42 02 02 01 00 00 00 01 18 00 00 00\n00 00 00 00 00 00 00 00 00 01 00 0c 48 65 6c 6c\n6f 20 77 6f 72 6c 64 21\n", "key        'Hello world!', for all hosts, counter 1")]
    [InlineData("00 21 00 0c 00 00 00 00 00 00 00 1e 02 01 00 00\n", "next block object 30: filemark")]
    [InlineData("00 00 00 0e 00 00 00 01 00 10 00 11 00 12 00 20\n00 21\n", "pages      0000h, 0001h, 0010h, 0011h, 0012h, 0020h, 0021h")]
    [InlineData("00 12 00 0c 01 07 00 07 00 00 00 00 00 00 00 00\n", "can set    for all hosts, for one host, lock, clear on unload, clear on preempted reservation, clear on lost reservation")]
    public void A_saved_answer_is_decoded(string hex, string expected)
    {
        File.WriteAllText(_key, hex);
        _cli.Run("drive", "encryption", "status", "--in", _key).ShouldBe(ExitStatus.Success);
        _cli.Output.ShouldContain(expected);
    }

    [Fact]
    public void Something_else_is_no_answer_about_encryption()
    {
        File.WriteAllText(_key, "17 00 00 04 00 00 00 00\n");
        _cli.Run("drive", "encryption", "status", "--in", _key).ShouldBe(ExitStatus.Failed);
        _cli.Error.ShouldContain("no answer about tape encryption");
    }
}
