using System.Text.RegularExpressions;
using Capstan.Scsi;

namespace Capstan.Architecture.Tests;

/// <summary>Nothing is missing: every command of the table has each of its roles, found by its name.</summary>
public sealed class CommandMapTests
{
    private const string RegenerateVariable = "CAPSTAN_REGENERATE";

    public static TheoryData<string> Commands => [.. CommandMap.Places.Select(place => place.Name)];

    public static TheoryData<string> CommandsOfTapeDrives =>
        [.. CommandMap.Places.Where(place => place.DeviceType == Scsi.PeripheralDeviceType.Tape).Select(place => place.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void HasAFileOfItsOwn(string command) =>
        Place(command).WireFile.ShouldNotBeNull($"src/Capstan.Scsi/{{Spc,Ssc,Smc}}/{Place(command).Stem}.cs");

    [Theory]
    [MemberData(nameof(Commands))]
    public void IsTested(string command) =>
        Place(command).TestFile.ShouldNotBeNull($"tests/Capstan.Scsi.Tests/{{Spc,Ssc,Smc}}/{Place(command).Stem}Tests.cs");

    [Theory]
    [MemberData(nameof(Commands))]
    public void HasGoldenBytes(string command) =>
        Place(command).GoldenBytes.ShouldNotBeNull(
            $"a CDB in full, in hex, from the standard or a capture: in {Place(command).Stem}Tests.cs, or as '# CDB: ...' in tests/fixtures/hex");

    [Theory]
    [MemberData(nameof(Commands))]
    public void IsAnsweredByTheVirtualLibrary(string command)
    {
        Assert.SkipUnless(
            Repository.Under(CommandMap.EmulationFolder).Any(file => file.Text.Contains("IScsiTransport", StringComparison.Ordinal)),
            "nothing in Capstan.Emulation answers commands yet");
        Assert.SkipUnless(
            Place(command).DeviceType == PeripheralDeviceType.Tape || CommandMap.HasVirtualChanger,
            "nothing in Capstan.Emulation answers CommandTable.MediumChanger yet");
        Place(command).Handlers.ShouldNotBeEmpty($"{CommandMap.EmulationFolder}/{{Spc,Ssc,Smc}}/{Place(command).Stem}Handler.cs, or a handler of its family");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void HasVerbsThatExist(string command)
    {
        CommandMap.VerbsOf.ContainsKey(command).ShouldBeTrue("an empty list where no verb sends it");
        string verbs = Repository.Files.Single(file => file.Path == "docs/commands.md").Text;
        foreach (string verb in CommandMap.VerbsOf[command])
        {
            if (!verb.StartsWith("every", StringComparison.Ordinal))
                Regex.IsMatch(verbs, $@"capstan {Regex.Escape(verb)}\b|[ |`]{Regex.Escape(verb[(verb.IndexOf(' ', StringComparison.Ordinal) + 1)..])}\b").ShouldBeTrue($"docs/commands.md has no '{verb}'");
        }
    }

    /// <summary>Two rows of one command tell two stories, of which one is old.</summary>
    [Fact]
    public void ThePageOfVerbsTellsNothingTwice() =>
        Repository.Files.Single(file => file.Path == "docs/commands.md").Text.Split('\n')
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .GroupBy(static line => Regex.Match(line, @"^\| `(capstan )?[^`\[]*").Value)
            .Where(static rows => rows.Count() > 1)
            .Select(static rows => rows.Key)
            .ShouldBeEmpty();

    /// <summary>A dash in the table of tape drives would be a gap that nobody looked at.</summary>
    [Theory]
    [MemberData(nameof(CommandsOfTapeDrives))]
    public void HasEveryRoleOrAReason(string command)
    {
        CommandPlace place = Place(command);
        place.Conformance.ShouldNotBeEmpty($"tests/Capstan.Conformance/{{Spc,Ssc}}/...Conformance.cs that names {command}");
        (place.Senders.Count > 0 || CommandMap.NotSentBecause.ContainsKey(command)).ShouldBeTrue("sent by src/Capstan.Drive, or a reason in NotSentBecause");
        (place.Verbs.Count > 0).ShouldBe(!CommandMap.ReasonsOf.ContainsKey(command), "a verb, or a reason in ReasonsOf");
    }

    [Fact]
    public void NoVerbIsOfACommandThatIsNotThere() =>
        CommandMap.VerbsOf.Keys.Except(CommandMap.Places.Select(place => place.Name)).ShouldBeEmpty();

    /// <summary>The page is committed, so that it can be read without building anything.</summary>
    [Fact]
    public void ThePageOfCommandsIsCurrent()
    {
        string path = Repository.FullPath(CommandMap.PagePath);
        string page = CommandMap.Page();
        if (Environment.GetEnvironmentVariable(RegenerateVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, page);
        }
        File.Exists(path).ShouldBeTrue($"run this test with {RegenerateVariable}=1 to write {CommandMap.PagePath}");
        File.ReadAllText(path).ShouldBe(page, $"run this test with {RegenerateVariable}=1 to write {CommandMap.PagePath} anew, and commit it");
    }

    [Theory]
    [InlineData("LOCATE(16)", "Locate16")]
    [InlineData("TEST UNIT READY", "TestUnitReady")]
    [InlineData("MODE SENSE(6)", "ModeSense6")]
    [InlineData("OPEN/CLOSE IMPORT/EXPORT ELEMENT", "OpenCloseImportExportElement")]
    public void AStemIsTheNameInPascalCase(string name, string stem) => CommandMap.StemOf(name).ShouldBe(stem);

    private static CommandPlace Place(string command) => CommandMap.Places.Single(place => place.Name == command);
}
