using System.Diagnostics;
using System.Text.Json;
using Capstan.Emulation.Library;
using Capstan.Operations;
using Capstan.Operations.Encryption;
using Capstan.Operations.Tests;

namespace Capstan.Simulation.Tests;

/// <summary>
/// What the next process finds of key and protection when the one before it was killed with SIGKILL: a drive whose power failed. No key is left
/// anywhere but where the drive's state says that it is.
/// </summary>
/// <remarks>CAPSTAN_TEST_KEY_KILLS sets how many (default 24), CAPSTAN_TEST_SEED the seed.</remarks>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KilledKeyTests : IDisposable
{
    private readonly string _memory = $"/dev/shm/capstan-test-{Guid.NewGuid():N}";
    private readonly ITestOutputHelper _output;

    public KilledKeyTests(ITestOutputHelper output)
    {
        _output = output;
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "there is no memory for keys: /dev/shm");
        Directory.CreateDirectory(_memory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose()
    {
        if (Directory.Exists(_memory))
            Directory.Delete(_memory, recursive: true);
    }

    /// <summary>Setting a key, another key, and taking it away, each killed at any moment.</summary>
    [Fact]
    public void A_key_is_there_whole_or_not_at_all()
    {
        int kills = Setting("CAPSTAN_TEST_KEY_KILLS", 24);
        int seed = Setting("CAPSTAN_TEST_SEED", 20261125);
        _output.WriteLine($"{kills} kills, seed {seed} (CAPSTAN_TEST_SEED)");
        var random = new Random(seed);
        using var rig = new Rig();
        string[] keys = [Key(rig, "first"), Key(rig, "second")];
        int killed = 0, inTheMiddle = 0, kept = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            if (random.Next(2) == 0)
                Run(rig, "drive", "encryption", "mixed", "--key-file", keys[random.Next(2)]);
            string[] arguments = random.Next(4) == 0 ? ["drive", "encryption", "off"] : ["drive", "encryption", "mixed", "--key-file", keys[random.Next(2)]];
            string before = State(rig);
            string[] filesBefore = KeyFiles();
            bool byEvent = random.Next(4) > 0;
            TimeSpan later = byEvent ? TimeSpan.FromMicroseconds(random.Next(600)) : TimeSpan.FromMilliseconds(random.Next(400));
            string what = $"kill {kill} of seed {seed}: {string.Join(' ', arguments[..3])}, {later.TotalMilliseconds} ms after {(byEvent ? "a key file changed" : "the start")}";
            long seen = byEvent ? 0 : Stopwatch.GetTimestamp();
            using (Process process = KilledProgram.Start(rig.Context.Home, Environment(), [.. arguments, "--quiet", "--device", "virtual:test"]))
            {
                bool isKilled = KilledProgram.KillWhen(process, _ =>
                {
                    if (seen > 0)
                        return Stopwatch.GetElapsedTime(seen) >= later;
                    if (!KeyFiles().SequenceEqual(filesBefore))
                        seen = Stopwatch.GetTimestamp();
                    return false;
                });
                killed += isKilled ? 1 : 0;
            }

            // Nobody has the library: what lies there is what drive.json names, or was left behind by the dead.
            bool isClean = State(rig).Contains("\"isClean\": true", StringComparison.Ordinal);
            inTheMiddle += isClean ? 0 : 1;
            EncryptionReport report = EncryptionOperation.Status(rig.Context, null);
            string? named = KeptIn(rig);
            KeyFiles().ShouldBe(named is null ? [] : [named], what);
            (report.Settings!.Encryption == "on").ShouldBe(named is not null, what);
            if (!isClean)
                named.ShouldBeNull($"{what}: a process that dies takes the drive's power away");
            if (named is not null)
            {
                kept++;
                report.Settings.Key.ShouldBeOneOf("first", "second");
            }
        }

        _output.WriteLine($"{killed} killed, {inTheMiddle} of them with the library in use, {kept} times a key was kept");
        inTheMiddle.ShouldBeGreaterThan(kills / 8);
        Run(rig, "drive", "encryption", "off");
        KeyFiles().ShouldBeEmpty();
    }

    /// <summary>A backup that is encrypted and protected dies in the middle of its blocks: the next one has neither key nor protection.</summary>
    [Fact]
    public void The_next_process_finds_a_drive_without_key_and_without_protection()
    {
        using var rig = new Rig();
        string key = Key(rig, "only");
        string tree = rig.Tree("tree");
        byte[] content = new byte[30 << 20];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(Path.Combine(tree, "large"), content);
        string small = rig.Tree("small");
        File.WriteAllText(Path.Combine(small, "file"), "small");
        int inTheMiddle = 0;
        for (int kill = 0; kill < 8; kill++)
        {
            Run(rig, "drive", "encryption", "on", "--key-file", key);
            if (kill == 0)
                Run(rig, "backup", small, "--encrypted", "--protect");
            KeyFiles().Length.ShouldBe(1);
            long start = new FileInfo(rig.CartridgePath).Length;
            using (Process process = KilledProgram.Start(rig.Context.Home, Environment(), "backup", tree, "--protect", "--encrypted", "--quiet", "--device", "virtual:test"))
                inTheMiddle += KilledProgram.KillWhen(process, _ => new FileInfo(rig.CartridgePath).Length - start > kill * (2 << 20) + 1) ? 1 : 0;

            // By another user's program: a second process of ours.
            string status = Run(rig, "drive", "encryption", "status", "--output-format", "json");
            status.ShouldContain("\"encryption\":\"off\"");
            KeyFiles().ShouldBeEmpty();
            using (Drive.TapeDrive drive = Drive.TapeDrive.Open(VirtualLibrary.OpenDrive(rig.LibraryPath, "virtual:test")))
            {
                drive.WaitUntilReady();
                drive.WasLeftProtecting.ShouldBeFalse();
                // What it wrote is encrypted, whatever of it there is.
                for (long id = 0; ; id++)
                {
                    drive.Locate(id);
                    Drive.NextBlockEncryption next = drive.ReadNextBlock()!;
                    if (next.State == Drive.BlockState.Unknown)
                        break;
                    next.State.ShouldBeOneOf(Drive.BlockState.WithoutKey, Drive.BlockState.Filemark);
                    if (drive.LocateEndOfData().ObjectId == id + 1)
                        break;
                }
            }

            OperationException refused = Should.Throw<OperationException>(() => rig.Backup(small));
            refused.Status.ShouldBe(ExitStatus.Tape, refused.Message);
            refused.Message.ShouldContain("'only'");
        }

        inTheMiddle.ShouldBeGreaterThan(4);
        Run(rig, "drive", "encryption", "on", "--key-file", key);
        rig.ShouldRestore(CatalogOperations.List(rig.Context).First(backup => backup.State == "complete").Id, small);
        BackupReport last = rig.Backup(small);
        rig.ShouldRestore(last.Backup.Id, small);
        Run(rig, "drive", "encryption", "off");
    }

    private Dictionary<string, string> Environment() => new() { ["XDG_RUNTIME_DIR"] = _memory };

    private string[] KeyFiles()
    {
        string place = Path.Combine(_memory, "capstan");
        return Directory.Exists(place) ? [.. Directory.GetFiles(place).Order(StringComparer.Ordinal)] : [];
    }

    private string Run(Rig rig, params string[] arguments)
    {
        using Process process = KilledProgram.Start(rig.Context.Home, Environment(), [.. arguments, "--quiet", "--device", "virtual:test"]);
        string output = process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, errors);
        return output;
    }

    private static string Key(Rig rig, string name)
    {
        string path = rig.NewPath(name + ".key");
        KeyFile.Generate(path, name);
        return path;
    }

    private static string State(Rig rig) => File.ReadAllText(Path.Combine(rig.LibraryPath, "drive.json"));

    private static string? KeptIn(Rig rig)
    {
        using JsonDocument state = JsonDocument.Parse(State(rig));
        return state.RootElement.TryGetProperty("keyMemory", out JsonElement place) ? place.GetString() : null;
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(System.Environment.GetEnvironmentVariable(name), out int value) ? value : fallback;
}
