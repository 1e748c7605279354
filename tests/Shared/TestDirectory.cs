namespace Capstan.Tests;

/// <summary>A directory of a test's own, in memory where the host has such a place: the tests flush thousands of times.</summary>
internal sealed class TestDirectory : IDisposable
{
    public TestDirectory(bool onDisk = false)
    {
        string parent = onDisk ? "/var/tmp" : Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();
        Path = System.IO.Path.Combine(parent, "capstan-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
