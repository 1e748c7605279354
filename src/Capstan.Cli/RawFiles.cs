using Capstan.Cli.Interop.libc;
using Capstan.Operations;
using Capstan.Operations.Raw;

namespace Capstan.Cli;

/// <summary>Files and standard streams of raw tape files.</summary>
internal static class RawFiles
{
    /// <summary>Standard input or output.</summary>
    public const string Standard = "-";

    /// <summary>Pipes that hold more let both sides run longer at a time. A wish: where it is refused, nothing changes.</summary>
    private const int PipeBytes = 1 << 20;

    public static Stream OpenSource(string file)
    {
        if (file != Standard && Directory.Exists(file))
        {
            throw new OperationException(ExitStatus.Usage,
                $"{file} is a directory, and a raw tape file is one file. Nothing was written. `tar -b 512 -cf - {file} | capstan drive write` writes it as tar does; `capstan backup` keeps a catalog of it.");
        }

        if (file != Standard)
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        _ = Libc.Control(StandardStreams.Input, Libc.SetPipeSize, PipeBytes);
        return new FileDescriptorSource(StandardStreams.Input);
    }

    public static RawTarget OpenTarget(string file)
    {
        if (file == Standard)
        {
            _ = Libc.Control(StandardStreams.Output, Libc.SetPipeSize, PipeBytes);
            return new RawTarget("standard output", static _ => new FileDescriptorStream(StandardStreams.Output));
        }

        // On one processor two threads only wait for each other. A real file may make its writer wait, and then the tape goes on meanwhile.
        bool takesTurns = Environment.ProcessorCount == 1 && file == "/dev/null";
        return Directory.Exists(file)
            ? new RawTarget(file, number => Create(Path.Combine(file, number.ToString("D4", System.Globalization.CultureInfo.InvariantCulture))))
            : new RawTarget(file, number => number == 1 ? Create(file) : null, takesTurns);
    }

    private static FileStream Create(string file) => new(file, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
}

/// <summary>Streams for tape files. Nothing is created, and nothing overwritten, before there is a tape file to put there.</summary>
/// <param name="next">The stream for a tape file; null to go on with the last one.</param>
/// <param name="takesTurns">The drive's thread writes to it.</param>
internal sealed class RawTarget(string name, Func<int, Stream?> next, bool takesTurns = false) : IRawTarget, IDisposable
{
    private Stream? _stream;

    public string Name => name;

    public bool TakesTurns => takesTurns;

    public void Begin(int file)
    {
        if (next(file) is not { } stream)
            return;
        _stream?.Dispose();
        _stream = stream;
    }

    public void Write(ReadOnlySpan<byte> blocks) => _stream!.Write(blocks);

    public void Dispose() => _stream?.Dispose();
}

/// <summary>Reads an inherited file descriptor from where it stands, and moves it on, as every other program does.</summary>
/// <param name="fileDescriptor">Not closed here.</param>
internal sealed class FileDescriptorSource(int fileDescriptor) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override unsafe int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint count;
            fixed (byte* start = buffer)
                count = Libc.Read(fileDescriptor, start, (nuint)buffer.Length);
            if (count >= 0)
                return (int)count;
            int errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            if (errno == Libc.Eagain)
            {
                var wait = new Libc.PollDescriptor { FileDescriptor = fileDescriptor, Events = Libc.PollIn };
                _ = Libc.Poll(&wait, 1, -1);
            }
            else if (errno != Libc.Eintr)
            {
                throw new IOException($"Cannot read the input: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno)}.");
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
