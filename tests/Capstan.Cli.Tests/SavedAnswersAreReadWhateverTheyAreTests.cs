using System.CommandLine;
using System.Text.Json;
using Capstan.Operations;
using Capstan.Tests;
using CsCheck;

namespace Capstan.Cli.Tests;

/// <summary>
/// Every verb that decodes a file, found by its `--in FILE`, takes any file: it shows what is in it or says what is wrong with it, and
/// nothing of the file's reaches the terminal that could move its cursor.
/// </summary>
public sealed class SavedAnswersAreReadWhateverTheyAreTests : IDisposable
{
    /// <summary>What has to stand beside --in.</summary>
    private static readonly Dictionary<string, string[]> Arguments = new(StringComparer.Ordinal)
    {
        ["drive memory show"] = ["barcode"],
    };

    private static readonly string[] Captures =
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", "hex"), "*.hex").Order(StringComparer.Ordinal)];

    private static readonly byte[][] Answers = [.. Captures.Select(BytesOf).OfType<byte[]>()];

    private readonly TestDirectory _directory = new();

    public static TheoryData<string> Verbs => [.. Found(CommandLine.Build(new TestCli().Environment), "")];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void All_verbs_of_which_the_documents_speak_are_found() => Verbs.Select(row => row.Data).Order(StringComparer.Ordinal).ShouldBe(
    [
        "drive alerts", "drive density", "drive encryption status", "drive inquiry", "drive log", "drive memory", "drive memory show", "drive modes",
        "drive statistics", "drive tell",
    ]);

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Captured_answers(string verb)
    {
        foreach (string capture in Captures)
            Run(verb, capture);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Bytes_of_any_kind(string verb) => Gen.OneOf(Gen.Byte.Array[1, 40], Gen.Byte.Array[1, 600], Mutated).Sample(bytes =>
    {
        string file = _directory.File(Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(file, bytes);
        Run(verb, file);
        File.Delete(file);
    }, iter: 300, threads: 1);

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Text_of_any_kind(string verb)
    {
        const string Alphabet = "0123456789abcdefABCDEF  \t\r\n#:*|.,x-hz";
        Gen.Char[Alphabet].Array[1, 200].Sample(text =>
        {
            string file = _directory.File(Guid.NewGuid().ToString("N"));
            File.WriteAllText(file, new string(text));
            Run(verb, file);
            File.Delete(file);
        }, iter: 200, threads: 1);
    }

    private static Gen<byte[]> Mutated =>
        Gen.Select(Gen.Int[0, Answers.Length - 1], Gen.Select(Gen.OneOf(Gen.Int[0, 31], Gen.Int[0, 4000]), Gen.OneOf(Gen.Byte, Gen.Int[0, 1].Select(i => (byte)(0xFF * i)))).Array[0, 5], Gen.Int[0, 40])
            .Select((index, changes, cut) =>
            {
                byte[] bytes = Answers[index][..Math.Max(1, Answers[index].Length - cut)];
                foreach ((int at, byte value) in changes)
                    bytes[at % bytes.Length] = value;
                return bytes;
            });

    private static void Run(string verb, string file)
    {
        string[] arguments = [.. verb.Split(' '), .. Arguments.GetValueOrDefault(verb, []), "--in", file];
        var text = new TestCli();
        ExitStatus status = text.Run(arguments);
        status.ShouldBeOneOf(ExitStatus.Success, ExitStatus.Failed, ExitStatus.Device);
        if (status == ExitStatus.Success)
            text.Output.ShouldNotBeEmpty();
        else
            text.Error.ShouldStartWith("capstan: ");
        foreach (string printed in (string[])[text.Output, text.Error])
        {
            printed.Any(static c => char.IsControl(c) && c is not ('\n' or '\r')).ShouldBeFalse(printed);
            printed.ShouldNotContain("internal error");
        }

        var json = new TestCli();
        json.Run([.. arguments, "--output-format", "json"]).ShouldBe(status);
        using JsonDocument document = JsonDocument.Parse(json.Json);
        document.RootElement.GetProperty("exit_status").GetInt32().ShouldBe((int)status);
    }

    private static IEnumerable<string> Found(Command command, string path)
    {
        foreach (Command child in command.Subcommands)
        {
            string name = path.Length == 0 ? child.Name : $"{path} {child.Name}";
            if (child.Options.Any(static option => option is { Name: "--in", HelpName: "FILE" }))
                yield return name;
            foreach (string one in Found(child, name))
                yield return one;
        }
    }

    private static byte[]? BytesOf(string capture) =>
        SavedResponse.TryParse(File.ReadAllBytes(capture), out SavedResponse? saved, out _) ? saved.Data : null;
}
