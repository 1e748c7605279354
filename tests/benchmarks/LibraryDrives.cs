using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Capstan.Drive;
using Capstan.Emulation.Library;

namespace Capstan.Benchmarks;

/// <summary>Whether the drives of one library get in each other's way: one is written, then all of them at once, each by a thread of its own.</summary>
internal static class LibraryDrives
{
    private const int BlockLength = 256 * 1024;

    /// <param name="directory">A library with a tape in each drive, which is overwritten.</param>
    /// <param name="mebibytes">Written to each drive.</param>
    /// <param name="rounds">How often, in turns.</param>
    internal static int Run(string directory, int mebibytes, int rounds)
    {
        using VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
        TapeDrive[] drives = [.. Enumerable.Range(0, library.DriveCount).Select(number => TapeDrive.Open(library.OpenDrive(drive: number)))];
        foreach (TapeDrive drive in drives)
        {
            drive.WaitUntilReady();
            drive.CreateBuffers(BlockLength, 1);
        }

        // The first round brings the code to its final tier, and is not counted.
        var one = new List<double>();
        var all = new List<double>();
        for (int round = 0; round <= rounds; round++)
        {
            double alone = Time(drives[(round % drives.Length)..(round % drives.Length + 1)], mebibytes);
            double together = Time(drives, mebibytes);
            if (round == 0)
                continue;
            one.Add(alone);
            all.Add(together);
        }

        foreach (TapeDrive drive in drives)
            drive.Dispose();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"drives {drives.Length}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one-microseconds {Median(one) * 1e6:F0}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all-microseconds {Median(all) * 1e6:F0}"));
        return 0;
    }

    private static double Time(TapeDrive[] drives, int mebibytes)
    {
        foreach (TapeDrive drive in drives)
            drive.Rewind();
        long start = Stopwatch.GetTimestamp();
        Thread[] threads = [.. drives.Select(drive => new Thread(() => Write(drive, mebibytes)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Write(TapeDrive drive, int mebibytes)
    {
        using IMemoryOwner<byte> buffer = drive.RentBuffer();
        new Random(1).NextBytes(buffer.Memory.Span);
        drive.BeginWriting();
        for (long left = (long)mebibytes << 20; left > 0; left -= BlockLength)
            drive.Write(buffer.Memory.Span);
        drive.WriteFilemarks(1);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
