using System.Text.Json;

namespace Capstan.Cli.Tests.Mtx;

/// <summary>
/// What mtx 1.3.12 printed, ended with and moved, command line by command line, on a changer in many states (fixtures/mtx, made by
/// running Debian's program): the same from ours on the same changer.
/// </summary>
public sealed class MtxRecordingTests
{
    private static readonly JsonElement Recordings = Read();

    public static TheoryData<int, string> Cases => new(Recordings.EnumerateArray().Select((recording, i) => (i, recording.GetProperty("name").GetString()!)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_as_mtx(int number, string name)
    {
        JsonElement recording = Recordings[number];
        recording.GetProperty("name").GetString().ShouldBe(name);
        using var changer = new ChangerOnTheWire(recording.GetProperty("state"), recording.TryGetProperty("sense", out JsonElement sense) ? sense : null);
        foreach (JsonElement step in recording.GetProperty("steps").EnumerateArray())
        {
            string[] args = [.. step.GetProperty("args").EnumerateArray().Select(static word => word.GetString()!)];
            string line = $"{name}: mtx {string.Join(' ', args)}";
            changer.Moves.Clear();
            var output = new StringWriter();
            var error = new StringWriter();
            int status = MtxOnTheWire.Run(changer, output, error, ["mtx", "-f", "/dev/fake", .. args]);
            output.ToString().ShouldBe(step.GetProperty("output").GetString(), line);
            status.ShouldBe(step.GetProperty("status").GetInt32(), line + ": " + error);
            // The first of ours may be a hint that mtx does not give; what mtx said is all there, in its order.
            foreach (string said in step.GetProperty("error").GetString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                error.ToString().ShouldContain(said, Case.Sensitive, line);
            changer.Moves.ShouldBe(step.GetProperty("moves").EnumerateArray().Select(static move => Places(move.GetString()!)), line);
        }
    }

    [Fact]
    public void There_are_many() => Recordings.GetArrayLength().ShouldBeGreaterThan(80);

    /// <summary>Which hand moves it is the changer's choice with us, and named by mtx.</summary>
    private static string Places(string cdb) => cdb.StartsWith("a5", StringComparison.Ordinal) ? cdb[8..16] : cdb[8..20];

    private static JsonElement Read()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "mtx", "mtx-1.3.12.json")));
        return document.RootElement.Clone();
    }
}
