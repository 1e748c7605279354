using System.Runtime.InteropServices;
using System.Text;
using Capstan.Scsi;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport.SgIo;

/// <summary>
/// The privileged helper, seen from the program without privileges: found at a fixed place, given an open drive as its standard input, asked
/// for one operation, gone. Neither PATH nor any other variable of the environment has a part in it, and it gets none.
/// </summary>
internal sealed class InstalledHelper(string path)
{
    public const string Name = "capstan-sg-helper";

    /// <summary>Where packages put it.</summary>
    public const string SystemPath = "/usr/libexec/capstan/" + Name;

    private const int LongestComplaintBytes = 1024;

    public string Path { get; } = path;

    /// <summary>The installed helper: beside the program, or in /usr/libexec/capstan. Null when there is none that may be executed.</summary>
    public static InstalledHelper? Find() => Find([System.IO.Path.Combine(AppContext.BaseDirectory, Name), SystemPath]);

    internal static InstalledHelper? Find(ReadOnlySpan<string> places)
    {
        foreach (string place in places)
        {
            if (Interop.Libc.Access(place, Interop.Libc.MayExecute) == 0)
                return new InstalledHelper(place);
        }
        return null;
    }

    /// <summary>Runs one operation; the header, its sense and its data are then as if the kernel had not refused.</summary>
    /// <param name="name">The drive's node, for messages.</param>
    /// <param name="arguments">From <see cref="HelperOperation.Describe"/>.</param>
    /// <exception cref="ScsiTransportException">The helper could not be started, refused, or was not understood.</exception>
    public unsafe void Run(string name, SafeFileHandle drive, string[] arguments, in Cdb cdb, SgIoHeader* header)
    {
        Span<byte> output = stackalloc byte[HelperReply.LongestBytes + 1];
        Span<byte> complaint = stackalloc byte[LongestComplaintBytes];
        (int status, int length, int complaintLength) = ChildProcess.Run(Path, arguments, drive, output, complaint);
        if (status != 0)
        {
            string said = Encoding.UTF8.GetString(complaint[..complaintLength]).Trim();
            throw SgIoErrors.Helper(name, cdb, Path, said.Length > 0 ? said : $"it ended with status {status}");
        }
        if (!HelperOperation.TryParse(arguments, out HelperOperation operation)
            || !HelperReply.TryRead(output[..length], operation.AnswerLengthBytes, out HelperReply reply))
            throw SgIoErrors.Helper(name, cdb, Path, "its answer is not understood; is it of another version than this program?");

        int kept = Math.Min(reply.Answer.Length, (int)header->DataLength);
        int missing = (int)header->DataLength - kept;
        reply.Answer[..kept].CopyTo(new Span<byte>(header->Data, kept));
        int senseLength = Math.Min(reply.Sense.Length, header->MaxSenseLength);
        reply.Sense[..senseLength].CopyTo(new Span<byte>(header->Sense, senseLength));
        header->Status = reply.Status;
        header->HostStatus = reply.HostStatus;
        header->DriverStatus = reply.DriverStatus;
        header->SenseLengthWritten = (byte)senseLength;
        header->Residual = missing + Math.Max(0, reply.Residual - (reply.Answer.Length - kept));
    }
}

/// <summary>Starts a program with a given standard input and collects what it prints. The framework's Process cannot hand over a descriptor.</summary>
internal static class ChildProcess
{
    /// <summary>Runs to the end.</summary>
    /// <returns>Exit status (128 and more for a signal, 127 when it could not be started), and how much was printed; what does not fit is cut.</returns>
    public static (int Status, int OutputLength, int ErrorLength) Run(
        string path, ReadOnlySpan<string> arguments, SafeFileHandle input, Span<byte> output, Span<byte> error)
    {
        using Pipe results = Pipe.Open(), complaints = Pipe.Open();
        bool added = false;
        input.DangerousAddRef(ref added);
        try
        {
            int process = Interop.Libc.Spawn(path, [path, .. arguments], [(int)input.DangerousGetHandle(), results.Writer, complaints.Writer]);
            if (process < 0)
                return (127, 0, 0);
            results.CloseWriter();
            complaints.CloseWriter();
            int outputLength = results.ReadToEnd(output);
            int errorLength = complaints.ReadToEnd(error);
            return (Interop.Libc.WaitFor(process), outputLength, errorLength);
        }
        finally
        {
            input.DangerousRelease();
        }
    }

    private sealed class Pipe : IDisposable
    {
        private int _reader;
        private int _writer;

        private Pipe(int reader, int writer) => (_reader, _writer) = (reader, writer);

        public int Writer => _writer;

        public static Pipe Open() => Interop.Libc.OpenPipe(out int reader, out int writer) == 0
            ? new Pipe(reader, writer)
            : throw new ScsiTransportException(TransportFault.NotSent, $"no pipe for the helper (errno {Marshal.GetLastPInvokeError()})");

        public void CloseWriter() => Close(ref _writer);

        public int ReadToEnd(Span<byte> bytes)
        {
            int length = 0;
            Span<byte> rest = stackalloc byte[256];
            while (true)
            {
                bool fits = length < bytes.Length;
                int got = Interop.Libc.ReadSome(_reader, fits ? bytes[length..] : rest);
                if (got <= 0)
                    return length;
                if (fits)
                    length += got;
            }
        }

        public void Dispose()
        {
            Close(ref _reader);
            Close(ref _writer);
        }

        private static void Close(ref int descriptor)
        {
            if (descriptor >= 0)
                _ = Interop.Libc.Close(descriptor);
            descriptor = -1;
        }
    }
}
