namespace Capstan.Backup.Tests.Archive;
public class Smoke
{
    [Fact]
    public void Small()
    {
        string dir = Environment.GetEnvironmentVariable("BENCH") ?? "/tmp/small";
        for (int i = 0; i < 5; i++)
        {
            var j = new CountingJournal();
            var sw = System.Diagnostics.Stopwatch.StartNew();
            var sink = new NullSink();
            long a = GC.GetAllocatedBytesForCurrentThread();
            using (var r = new Capstan.Backup.Archive.TreeReader(sink, j))
                r.Archive([System.Text.Encoding.UTF8.GetBytes(dir)]);
            Console.WriteLine($"{sw.Elapsed.TotalMilliseconds:F1} ms {j.N} entries {sink.Position} bytes, alloc {GC.GetAllocatedBytesForCurrentThread() - a}");
        }
    }
}
internal sealed class CountingJournal : Capstan.Backup.Archive.IArchiveJournal
{
    public long N;
    public void Entry(Capstan.Backup.Archive.TreeEntry entry, Capstan.Backup.Archive.EntryState state, long archiveOffset, UInt128 hash) => N++;
    public void Problem(ReadOnlySpan<byte> path, string what) => Console.WriteLine(System.Text.Encoding.UTF8.GetString(path) + ": " + what);
    public void Skipped(ReadOnlySpan<byte> path, string why) { }
}
