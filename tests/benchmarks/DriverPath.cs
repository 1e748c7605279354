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
    private const int ProtectedBlocks = 20_000;

    /// <summary>A core that moves 4 GB/s has so long for a block of 256 KiB.</summary>
    private const double BlockNanoseconds = BlockLength / 4.0;

    internal static int Run()
    {
        using TapeDrive drive = TapeDrive.Open(new TapeThatSaysGood());
        drive.CreateBuffers(BlockLength, 2);
        drive.BeginWriting();
        using var buffer = drive.RentBuffer();
        bool met = Report("write", Measure(drive, buffer.Memory, static (drive, memory) => drive.Write(memory.Span)));
        met &= Report("read", Measure(drive, buffer.Memory, static (drive, memory) => drive.Read(memory.Span)));
        met &= ReportProtected(ProtectionMethod.Crc32C, "crc32c");
        met &= ReportProtected(ProtectionMethod.ReedSolomon, "reed_solomon");
        return met ? 0 : 1;
    }

    /// <summary>The same with a checksum behind each block, made and compared in the buffer's tail.</summary>
    private static bool ReportProtected(ProtectionMethod method, string name)
    {
        using TapeDrive drive = TapeDrive.Open(new TapeThatSaysGood(method));
        drive.ProtectBlocks();
        drive.CreateBuffers(BlockLength, 1);
        drive.BeginWriting();
        using var buffer = (AlignedBuffer)drive.RentBuffer();
        new Random(1).NextBytes(buffer.Span);
        bool met = ReportShare($"write_{name}", Measure(drive, buffer, static (drive, buffer) => drive.Write(buffer), ProtectedBlocks));
        // The transport touches no buffer: what is read is what stands there.
        BlockProtection.Write(method, buffer.SpanWithTail);
        return met & ReportShare($"read_{name}", Measure(drive, buffer, static (drive, buffer) => drive.Read(buffer), ProtectedBlocks));
    }

    private static (long Bytes, double Nanoseconds) Measure<T>(TapeDrive drive, T block, Action<TapeDrive, T> one, int blocks = Blocks)
    {
        // The first rounds also bring the code to its final tier; the median does not see them.
        var times = new double[Rounds];
        long bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Interop.LibC.ThreadCpuNanoseconds();
            for (int i = 0; i < blocks; i++)
                one(drive, block);
            times[round] = (double)(Interop.LibC.ThreadCpuNanoseconds() - start) / blocks;
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

    /// <summary>What it costs is reported, and is missed by nobody: it depends on the processor's instructions.</summary>
    private static bool ReportShare(string what, (long Bytes, double Nanoseconds) result)
    {
        Console.WriteLine($"{what}-bytes-allocated {result.Bytes} 0");
        Console.WriteLine($"{what}-cpu-nanoseconds {result.Nanoseconds:F0} -");
        Console.WriteLine($"{what}-share-of-4-GB/s {100 * result.Nanoseconds / BlockNanoseconds:F1}% -");
        return result.Bytes == 0;
    }

    /// <summary>A null transport that says at INQUIRY that it is a tape drive, and of one method that it protects blocks so.</summary>
    private sealed class TapeThatSaysGood(ProtectionMethod method = ProtectionMethod.None) : IScsiTransport
    {
        private const byte ModeSense10 = 0x5A;
        private const byte ModeSelect10 = 0x55;
        private const int ModeHeaderLength = 8;

        private readonly byte[] _page = new byte[ControlDataProtection.Length];

        private const byte Inquiry = 0x12;
        private const byte SequentialAccess = 0x01;

        private readonly NullTransport _inner = new();

        public string Name => _inner.Name;

        public int MaxTransferBytes => _inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            switch (cdb.OperationCode)
            {
                case Inquiry:
                    data.FromDeviceBuffer[0] = SequentialAccess;
                    break;
                case ModeSense10 when method != ProtectionMethod.None:
                    if (_page[0] == 0)
                        new ControlDataProtection().WriteTo(_page);
                    data.FromDeviceBuffer[1] = (byte)(ModeHeaderLength - 2 + ControlDataProtection.Length);
                    _page.CopyTo(data.FromDeviceBuffer[ModeHeaderLength..]);
                    break;
                case ModeSelect10 when data.ToDeviceBuffer.Length > ModeHeaderLength:
                    // Another method is not taken over, which shows when it is read back.
                    ReadOnlySpan<byte> page = data.ToDeviceBuffer[ModeHeaderLength..];
                    if (page[4] == 0 || page[4] == (byte)method)
                        page.CopyTo(_page);
                    break;
            }

            return _inner.Execute(in cdb, data, sense, timeout);
        }

        public void Dispose() => _inner.Dispose();
    }
}
