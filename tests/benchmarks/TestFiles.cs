namespace Capstan.Benchmarks;

/// <summary>Trees to back up. From a seed: every run measures the same.</summary>
internal static class TestFiles
{
    internal static void Make(string directory, int files, int directories, int averageBytes)
    {
        var random = new Random(20261122);
        var content = new byte[Math.Max(2 * averageBytes, 1)];
        random.NextBytes(content);
        for (int d = 0; d < directories; d++)
        {
            string path = Path.Combine(directory, $"directory-{d:D4}");
            Directory.CreateDirectory(path);
            for (int i = d; i < files; i += directories)
            {
                int length = random.Next((2 * averageBytes) + 1);
                using var handle = File.OpenHandle(Path.Combine(path, $"file-{i:D7}.dat"), FileMode.CreateNew, FileAccess.Write);
                if (length > 0)
                    RandomAccess.Write(handle, content.AsSpan(content.Length - length), 0);
            }
        }
    }
}
