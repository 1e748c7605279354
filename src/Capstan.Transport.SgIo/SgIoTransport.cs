using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Capstan.Scsi;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport.SgIo;

/// <summary>Reaches a logical unit through the Linux SCSI generic driver: <c>/dev/sgN</c>, SG_IO interface version 3.</summary>
public sealed partial class SgIoTransport : IScsiTransport
{
    private const uint ScsiTapeMajor = 9;
    private const int MinimumDriverVersion = 30000;
    private const int DefaultReservedBytes = 32768;

    // More than any block of an LTO drive that is in use; the kernel gives less where it must.
    private const int WantedReservedBytes = 8 << 20;

    // 2.5 s in all: the time in which the kernel writes out or compacts what is in the way.
    private const int MemoryRetries = 8;
    private const int FirstMemoryWaitMilliseconds = 10;

    private readonly ISgFile _file;
    private readonly SgLimits _limits;
    private readonly SgIoErrors.NodeAccess? _readOnlyNode;
    private readonly InstalledHelper? _helper;
    private readonly string _sysfsRoot;

    /// <param name="sysfsRoot">Where sysfs is mounted; another directory in tests.</param>
    internal SgIoTransport(string name, ISgFile file, SgIoErrors.NodeAccess? readOnlyNode, string sysfsRoot = "/sys")
    {
        _readOnlyNode = readOnlyNode;
        _helper = readOnlyNode is null ? null : InstalledHelper.Find();
        Name = name;
        _file = file;
        _sysfsRoot = sysfsRoot;
        _limits = ReadLimits();
        _sgDirectIo = IsDirectIoAllowed(sysfsRoot);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>
    /// Whether the node is open for reading only, because its mode does not let this user write. The kernel then refuses what
    /// changes a tape; what only moves it goes through <see cref="InstalledHelper"/>.
    /// </summary>
    public bool IsReadOnly => _readOnlyNode is not null;

    /// <summary>Opens a device node. Sends no command.</summary>
    /// <remarks>Who may only read the node gets it for reading, when the helper for readers is installed.</remarks>
    /// <param name="path"><c>/dev/sgN</c> or a link to one.</param>
    /// <param name="exclusive">Keep other users of the sg driver out as long as it is open.</param>
    /// <exception cref="ScsiTransportException">Not there, not an sg device, no permission, or in use.</exception>
    public static SgIoTransport Open(string path, bool exclusive = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SgIoErrors.NodeAccess access = RequireCharacterDevice(path);

        // O_EXCL: a second program that moves the tape between two of our writes destroys what is on it, and sg keeps it out
        // only this way. The kernel's st driver is kept out by SgNeighbours.Hold. O_NONBLOCK: an occupied drive is an
        // answer (EBUSY), not a wait without end; SG_IO itself ignores the flag. O_RDWR: the kernel refuses SG_IO of
        // anything that writes, and O_EXCL, on a read-only descriptor.
        int flags = Interop.Libc.ReadWrite | Interop.Libc.NonBlock | Interop.Libc.CloseOnExec | (exclusive ? Interop.Libc.Exclusive : 0);
        int descriptor = Interop.Libc.Open(path, flags);
        int errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        bool reads = errno == SgIoErrors.AccessDenied;
        if (reads)
            descriptor = OpenForReading(path, access);
        else if (errno != 0)
            throw SgIoErrors.Open(path, errno, access);
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            var file = new SgFile(handle);
            if (file.Query(Interop.Libc.SgGetVersionNumber) is not >= MinimumDriverVersion)
                throw SgIoErrors.NotGeneric(path, null, null);
            // O_EXCL is not for readers: sg_open refuses it. A writer is kept out by sg itself as long as this is open.
            if (reads && exclusive && Interop.Libc.Flock(descriptor, Interop.Libc.LockExclusive | Interop.Libc.LockNonBlock) != 0)
                throw SgIoErrors.ReadByAnother(path);
            return new SgIoTransport(path, file, reads ? access : null);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static int OpenForReading(string path, SgIoErrors.NodeAccess access)
    {
        int descriptor = Interop.Libc.Open(path, Interop.Libc.ReadOnly | Interop.Libc.NonBlock | Interop.Libc.CloseOnExec);
        int errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (errno != 0)
            throw SgIoErrors.Open(path, errno, access);
        if (InstalledHelper.Find() is not null)
            return descriptor;
        _ = Interop.Libc.Close(descriptor);
        throw SgIoErrors.OnlyReadable(path, access);
    }

    /// <inheritdoc/>
    public unsafe ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(_file.IsClosed, this);
        ReadOnlySpan<byte> buffer = data.Direction == DataDirection.ToDevice ? data.ToDeviceBuffer : data.FromDeviceBuffer;
        if (buffer.Length > _limits.CertainBytes && buffer.Length > MaxTransferBytes)
            throw SgIoErrors.TooLarge(Name, buffer.Length, MaxTransferBytes, _limits.Segments);
        if (LongestTimeout is { } longest && timeout > longest)
            timeout = longest;
        fixed (byte* command = cdb.Span)
        fixed (byte* dataPointer = buffer)
        fixed (byte* sensePointer = sense)
        {
            bool direct = DirectIo && IsDirectIoCandidate((nint)dataPointer, buffer.Length);
            var header = new SgIoHeader
            {
                InterfaceId = SgIoHeader.InterfaceVersion3,
                DataDirection = buffer.IsEmpty ? SgIoHeader.DirectionNone
                    : data.Direction == DataDirection.ToDevice ? SgIoHeader.DirectionToDevice : SgIoHeader.DirectionFromDevice,
                CommandLength = (byte)cdb.Length,
                MaxSenseLength = (byte)Math.Min(sense.Length, ScsiCompletion.SenseBufferLength),
                DataLength = (uint)buffer.Length,
                Data = dataPointer,
                Command = command,
                Sense = sensePointer,
                TimeoutMilliseconds = ToMilliseconds(timeout),
                Flags = direct ? SgIoHeader.FlagDirectIo : 0,
            };
            Send(in cdb, &header);

            int senseLength = Math.Min(header.SenseLengthWritten, header.MaxSenseLength);
            SgIoAnswer answer = SgIoAnswer.Sort(header.Status, header.HostStatus, header.DriverStatus, sense[..senseLength]);
            if (answer.Fault is { } fault)
                throw new ScsiTransportException(fault, $"{Name}: command {cdb}: {answer.Reason} after {header.DurationMilliseconds / 1000.0:F3} s");
            return new ScsiCompletion(
                answer.Status, answer.Status == ScsiStatus.CheckCondition ? senseLength : 0, HonestResidual(header.Residual, buffer.Length));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // For an answer longer than the buffer (iSCSI: O bit, RFC 7143 11.4.5.1) the kernel's libiscsi.c sets what did not fit as the residual, as
    // if that were missing. Where it is more than there was room for, that shows: then nothing is told about what came.
    internal static int? HonestResidual(int residual, int lengthBytes) =>
        lengthBytes == 0 ? 0 : residual < 0 || residual > lengthBytes ? null : residual;

    private unsafe void Send(in Cdb cdb, SgIoHeader* header)
    {
        uint flags = header->Flags;
        int errno = SendEitherWay(header);
        // Without memory the kernel refuses before anything is sent (drivers/scsi/sg.c, sg_start_req), so this is no retry of a
        // command that the device saw. A block is never cut in two: it goes as a whole or not at all.
        for (int attempt = 0; errno == SgIoErrors.OutOfMemory && attempt < MemoryRetries; attempt++)
        {
            MemoryRetryCount++;
            Thread.Sleep(FirstMemoryWaitMilliseconds << attempt);
            header->Flags = flags;
            errno = SendEitherWay(header);
        }
        if (errno == SgIoErrors.OperationNotPermitted && _helper is not null && _file is SgFile file
            && HelperOperation.Describe(in cdb, TimeSpan.FromMilliseconds(header->TimeoutMilliseconds)) is { } arguments)
            _helper.Run(Name, file.Handle, arguments, in cdb, header);
        else if (errno != 0)
            throw SgIoErrors.Execute(Name, in cdb, (int)header->DataLength, errno, _readOnlyNode);
    }

    private unsafe int SendOnce(SgIoHeader* header)
    {
        int errno = _file.Send(header);
        if (errno is not (SgIoErrors.InvalidArgument or SgIoErrors.OutOfMemory))
            CommandCount++;
        _isGone |= errno == SgIoErrors.NoSuchDevice;
        return errno;
    }

    // Zero would mean the kernel's default of one minute; its timers end at int.MaxValue milliseconds, 24 days.
    internal static uint ToMilliseconds(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan ? int.MaxValue : (uint)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 1, int.MaxValue);

    // Looked at before it is opened: opening and closing /dev/stN would rewind its tape.
    private static SgIoErrors.NodeAccess RequireCharacterDevice(string path)
    {
        int errno = Interop.Libc.Stat(path, out Interop.Libc.Status status);
        if (errno != 0)
            throw SgIoErrors.Open(path, errno, null);
        string? other = (status.Mode & Interop.Libc.FileTypeMask) switch
        {
            Interop.Libc.CharacterDevice => status.DeviceMajor == ScsiTapeMajor ? "the kernel tape driver's" : null,
            Interop.Libc.RegularFile => "a regular file",
            Interop.Libc.Directory => "a directory",
            Interop.Libc.BlockDevice => "a block device",
            _ => "something else",
        };
        if (other is not null)
        {
            string? matching = status.DeviceMajor == ScsiTapeMajor ? SgDevices.MatchingNode(status.DeviceMajor, status.DeviceMinor) : null;
            throw SgIoErrors.NotGeneric(path, other, matching);
        }
        return new SgIoErrors.NodeAccess(status.Mode & 0x1FF, GroupNames.Find(status.Gid));
    }
}
