using System.Runtime.InteropServices;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.SgIo;
using Microsoft.Win32.SafeHandles;

namespace Capstan.SgHelper;

/// <summary>How the helper ends. Its caller only asks whether it is 0.</summary>
internal enum HelperExit
{
    /// <summary>The kernel carried the command out; the reply tells what the drive said.</summary>
    Replied = 0,

    /// <summary>The arguments are no operation of the list.</summary>
    Usage = 2,

    /// <summary>Standard input is not a tape drive's sg node that is open for reading.</summary>
    NotADrive = 3,

    /// <summary>SG_IO failed, or the reply could not be written.</summary>
    Failed = 4,
}

/// <summary>
/// One operation on one drive that somebody else has opened: being able to open the node is the caller's right to use the drive, and this program
/// opens nothing. It has CAP_SYS_RAWIO, so it believes nothing: not what the descriptor is, not what the arguments say.
/// </summary>
internal static class DriveHelper
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    /// <summary>SCSI_GENERIC_MAJOR of linux/major.h.</summary>
    private const uint ScsiGenericMajor = 21;

    private const int MinimumDriverVersion = 30000;
    private const int InquiryBytes = 36;
    private const int InquirySeconds = 60;

    public static (HelperExit Exit, string? Complaint) Run(string[] arguments, int drive, int output)
    {
        if (!HelperOperation.TryParse(arguments, out HelperOperation operation))
            return (HelperExit.Usage, "no operation of this helper's list; capstan starts it, with a drive as its standard input");
        if (Refusal(drive) is { } refusal)
            return (HelperExit.NotADrive, refusal);
        using var handle = new SafeFileHandle(drive, ownsHandle: false);
        if (NotATape(handle) is { } reason)
            return (HelperExit.NotADrive, reason);

        Span<byte> answer = stackalloc byte[HelperOperation.LongestAnswerBytes];
        Span<byte> sense = stackalloc byte[ScsiCompletion.SenseBufferLength];
        answer.Clear();
        sense.Clear();
        answer = answer[..operation.AnswerLengthBytes];
        SgIoHeader header = default;
        int errno = Send(handle, operation.Command, answer, sense, operation.TimeoutSeconds, ref header);
        if (errno == SgIoErrors.OperationNotPermitted)
            return (HelperExit.Failed, $"it has no CAP_SYS_RAWIO itself (setcap cap_sys_rawio+ep {InstalledHelper.SystemPath})");
        if (errno != 0)
            return (HelperExit.Failed, $"SG_IO failed with errno {errno}");

        Span<byte> reply = stackalloc byte[HelperReply.LongestBytes];
        int length = new HelperReply(header.Status, header.HostStatus, header.DriverStatus, header.Residual,
            sense[..Math.Min((int)header.SenseLengthWritten, sense.Length)], answer).Write(reply);
        return Interop.Libc.TryWrite(output, reply[..length]) ? (HelperExit.Replied, null) : (HelperExit.Failed, "nobody takes the reply");
    }

    /// <summary>Why this descriptor is none to send anything to; null when it is an sg node open for reading.</summary>
    private static string? Refusal(int drive)
    {
        if (Interop.Libc.StatDescriptor(drive, out Interop.Libc.Status status) != 0)
            return "standard input is closed";
        if ((status.Mode & Interop.Libc.FileTypeMask) != Interop.Libc.CharacterDevice || status.DeviceMajor != ScsiGenericMajor)
            return "standard input is no /dev/sgN";
        int flags = Interop.Libc.Fcntl(drive, Interop.Libc.GetFlags);
        bool reads = flags >= 0 && (flags & Interop.Libc.PathOnly) == 0
            && (flags & Interop.Libc.AccessMode) is Interop.Libc.ReadOnly or Interop.Libc.ReadWrite;
        return reads ? null : "standard input is not open for reading";
    }

    /// <summary>What the device says it is. INQUIRY passes the kernel's filter: a disk is refused without a privilege having been used on it.</summary>
    private static string? NotATape(SafeFileHandle handle)
    {
        int version = 0;
        if (Interop.Libc.Ioctl(handle, Interop.Libc.SgGetVersionNumber, ref version) < 0 || version < MinimumDriverVersion)
            return "standard input is not the sg driver's";
        Span<byte> answer = stackalloc byte[InquiryBytes];
        Span<byte> sense = stackalloc byte[ScsiCompletion.SenseBufferLength];
        answer.Clear();
        SgIoHeader header = default;
        int errno = Send(handle, Cdb.Of(new Inquiry(null, InquiryBytes)), answer, sense, InquirySeconds, ref header);
        if (errno != 0 || header.Status != 0 || header.HostStatus != 0 || !InquiryData.TryDecode(answer, out InquiryData inquiry))
            return "the device does not answer INQUIRY";
        return inquiry.Peripheral.DeviceType == PeripheralDeviceType.Tape ? null : "the device is no tape drive";
    }

    private static unsafe int Send(SafeFileHandle handle, Cdb cdb, Span<byte> answer, Span<byte> sense, int timeoutSeconds, ref SgIoHeader header)
    {
        fixed (byte* command = cdb.Span)
        fixed (byte* data = answer)
        fixed (byte* sensePointer = sense)
        fixed (SgIoHeader* request = &header)
        {
            header = new SgIoHeader
            {
                InterfaceId = SgIoHeader.InterfaceVersion3,
                DataDirection = answer.IsEmpty ? SgIoHeader.DirectionNone : SgIoHeader.DirectionFromDevice,
                CommandLength = (byte)cdb.Length,
                MaxSenseLength = (byte)sense.Length,
                DataLength = (uint)answer.Length,
                Data = data,
                Command = command,
                Sense = sensePointer,
                TimeoutMilliseconds = SgIoTransport.ToMilliseconds(TimeSpan.FromSeconds(timeoutSeconds)),
            };
            // A signal would make the kernel start the command again.
            Interop.Libc.SignalSet before = Interop.Libc.BlockSignals();
            int errno = Interop.Libc.Ioctl(handle, Interop.Libc.SgIo, request) < 0 ? Marshal.GetLastPInvokeError() : 0;
            Interop.Libc.RestoreSignals(before);
            return errno;
        }
    }
}
