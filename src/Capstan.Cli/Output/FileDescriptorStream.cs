using System.Runtime.InteropServices;
using Capstan.Cli.Interop.libc;

namespace Capstan.Cli;

/// <summary>
/// The reader of our output has gone: nobody wants more of it. No IOException: it passes through operations that take those for
/// failures of their own.
/// </summary>
internal sealed class BrokenPipeException() : Exception("The reader of the output has gone.");

/// <summary>Our output cannot be written: whatever else goes there fails again, and a document that was begun stays torn.</summary>
internal sealed class OutputException(string message) : IOException(message);

/// <summary>
/// Writes to an inherited file descriptor. The framework's console stream swallows EPIPE, so that a listing would go on for
/// nobody; a FileStream keeps a position of its own and overwrites what others appended to the same file.
/// </summary>
/// <param name="fileDescriptor">Not closed here.</param>
/// <param name="ignoresErrors">For standard error: a note that nobody can hear must not end a backup.</param>
internal sealed class FileDescriptorStream(int fileDescriptor, bool ignoresErrors = false) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes everything, or tells that it cannot.</summary>
    public static bool TryWrite(int fileDescriptor, ReadOnlySpan<byte> bytes) => WriteAll(fileDescriptor, bytes) == 0;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int errno = WriteAll(fileDescriptor, buffer);
        if (ignoresErrors)
            return;
        if (errno == Libc.Epipe)
            throw new BrokenPipeException();
        if (errno != 0)
            throw new OutputException($"Cannot write the output: {Marshal.GetPInvokeErrorMessage(errno)}.");
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static unsafe int WriteAll(int fileDescriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* start = bytes)
                written = Libc.Write(fileDescriptor, start, (nuint)bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno == Libc.Eagain)
            {
                // Somebody who shares the terminal made it non-blocking.
                var wait = new Libc.PollDescriptor { FileDescriptor = fileDescriptor, Events = Libc.PollOut };
                _ = Libc.Poll(&wait, 1, -1);
            }
            else if (errno != Libc.Eintr)
            {
                return errno;
            }
        }

        return 0;
    }
}
