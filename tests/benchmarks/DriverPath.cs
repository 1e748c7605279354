using Capstan.Drive;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Benchmarks;

/// <summary>What the driver costs by itself for a block of 256 KiB: encoding, judging, bookkeeping.</summary>
internal static class DriverPath
{
    private const int BlockLength = 256 * 1024;
    private const int Blocks = 1_000_000;
    private const int Rounds = 7;
    private const int WantedNanoseconds = 1000;

    internal static int Run()
    {
        using TapeDrive drive = TapeDrive.Open(new TapeThatSaysGood());
        drive.CreateBuffers(BlockLength, 2);
        drive.BeginWriting();
        using var buffer = drive.RentBuffer();
        bool met = Report("write", Measure(drive, buffer.Memory, static (drive, memory) => drive.Write(memory.Span)));
        met &= Report("read", Measure(drive, buffer.Memory, static (drive, memory) => drive.Read(memory.Span)));
        return met ? 0 : 1;
    }

    private static (long Bytes, double Nanoseconds) Measure(TapeDrive drive, Memory<byte> block, Action<TapeDrive, Memory<byte>> one)
    {
        // The first rounds also bring the code to its final tier; the median does not see them.
        var times = new double[Rounds];
        long bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Interop.LibC.ThreadCpuNanoseconds();
            for (int i = 0; i < Blocks; i++)
                one(drive, block);
            times[round] = (double)(Interop.LibC.ThreadCpuNanoseconds() - start) / Blocks;
            bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }

        Array.Sort(times);
        return (bytes, times[Rounds / 2]);
    }

    private static bool Report(string what, (long Bytes, double Nanoseconds) result)
    {
        Console.WriteLine($"{what}-bytes-allocated {result.Bytes} 0");
        Console.WriteLine($"{what}-cpu-nanoseconds {result.Nanoseconds:F0} {WantedNanoseconds}");
        return result is { Bytes: 0, Nanoseconds: < WantedNanoseconds };
    }

    /// <summary>A null transport that says at INQUIRY that it is a tape drive.</summary>
    private sealed class TapeThatSaysGood : IScsiTransport
    {
        private const byte Inquiry = 0x12;
        private const byte SequentialAccess = 0x01;

        private readonly NullTransport _inner = new();

        public string Name => _inner.Name;

        public int MaxTransferBytes => _inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            if (cdb.OperationCode == Inquiry)
                data.FromDeviceBuffer[0] = SequentialAccess;
            return _inner.Execute(in cdb, data, sense, timeout);
        }

        public void Dispose() => _inner.Dispose();
    }
}
