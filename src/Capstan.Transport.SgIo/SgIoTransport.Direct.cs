using System.Globalization;
using Capstan.Scsi;

namespace Capstan.Transport.SgIo;

// Data without a copy in the kernel. sg does that where its parameter allow_dio lets it, which is off by default. The kernel's st driver does it for its
// own transfers, and for an SG_IO on its node, too: who holds that node (docs/decisions/0017) needs no leave (docs/decisions/0036).
public sealed partial class SgIoTransport
{
    // The coarsest DMA alignment that the block layer uses by default, in bytes.
    private const int DirectIoLengthMultiple = 512;

    // BLK_MIN_SG_TIMEOUT: a shorter time limit becomes that on st's node.
    private const uint LeastNodeMilliseconds = 7000;

    private bool _wantsDirectIo = true;
    private bool _sgDirectIo;
    private ICommandFile? _tapeNode;

    /// <inheritdoc/>
    public bool CanDirectIo => _limits.CertainBytes > 0 && (_sgDirectIo || _tapeNode is not null);

    /// <inheritdoc/>
    /// <remarks>Becomes false when the kernel is seen not to do it. Who set it to false is not overruled by what becomes possible later.</remarks>
    public bool DirectIo
    {
        get => _wantsDirectIo && CanDirectIo;
        set => _wantsDirectIo = value;
    }

    /// <summary>Sends data through an open node of the kernel's tape driver as long as it is held, when it leads to the same drive and takes commands.</summary>
    /// <remarks>
    /// The INQUIRYs that prove it come before anything is asked about the tape: before the first command of others on its node, st may do what a
    /// close before left undone (st_ioctl: flush_buffer, switch_partition).
    /// </remarks>
    /// <param name="node">The caller's; it takes it back with <see cref="LeaveTapeNode"/> before it closes it.</param>
    /// <param name="genericNumber">What sysfs says of the sg node whose tape node that is: "21:3".</param>
    internal bool TryUseTapeNode(ICommandFile node, string genericNumber)
    {
        // Names in /dev prove nothing: in a container sg0 may be another one than in sysfs.
        bool isIt = genericNumber.Length > 0 && _file.DeviceNumber == genericNumber && AnswersAlike(node, null) && AnswersAlike(node, 0x80);
        _tapeNode = isIt ? node : null;
        return isIt;
    }

    /// <summary>The node is about to be closed.</summary>
    internal void LeaveTapeNode() => _tapeNode = null;

    private unsafe bool AnswersAlike(ICommandFile node, byte? page)
    {
        const byte Length = 252;
        byte wanted = page is null ? StandardInquiryBytes : Length;
        byte* onSg = stackalloc byte[Length];
        byte* onNode = stackalloc byte[Length];
        InquiryAnswer sg = Inquire(null, page, wanted, onSg, wanted);
        InquiryAnswer st = Inquire(node, page, wanted, onNode, wanted);
        // Behind what came sg may leave what came before.
        int came = wanted - Math.Clamp(sg.Residual, 0, wanted);
        // A drive without that page refuses both alike; the first question it has to answer.
        return sg == st && sg.Errno == 0 && sg.HostStatus == 0 && (page is not null || sg.Status == 0)
            && new Span<byte>(onSg, came).SequenceEqual(new Span<byte>(onNode, came));
    }

    // With direct I/O every page of the buffer may be a segment of its own. Small or odd transfers gain nothing, and the kernel would copy them anyway,
    // which must not be taken for "it never does".
    private bool IsDirectIoCandidate(nint address, int length) =>
        length >= Environment.SystemPageSize && length <= _limits.CertainBytes
        && length % DirectIoLengthMultiple == 0 && address % Environment.SystemPageSize == 0;

    /// <param name="header">With the flag for direct I/O where that is to be tried.</param>
    private unsafe int SendEitherWay(SgIoHeader* header)
    {
        if (header->Flags != 0 && _tapeNode is not null && header->TimeoutMilliseconds >= LeastNodeMilliseconds)
        {
            header->Flags = 0;
            int refusal = SendToNode(_tapeNode, header);
            if (!IsRefusedUnsent(refusal))
                return refusal;
            // No memory, or the device is offline: that passes, and what it is sg says better. The others stay as they are.
            if (refusal is not (SgIoErrors.OutOfMemory or SgIoErrors.NoSuchDevice or SgIoErrors.NoSuchDeviceOrAddress))
                _tapeNode = null;
            header->Flags = SgIoHeader.FlagDirectIo;
        }

        bool direct = header->Flags != 0 && _sgDirectIo;
        header->Flags = direct ? SgIoHeader.FlagDirectIo : 0;
        int errno = SendOnce(header);
        if (errno is SgIoErrors.InvalidArgument or SgIoErrors.OutOfMemory && direct)
        {
            // The buffer's pages do not fit the adapter's segments, or cannot be pinned now. The kernel refused before
            // anything was sent, so sending through its own buffer is no retry of a command that the device saw.
            _sgDirectIo = errno == SgIoErrors.OutOfMemory;
            header->Flags = 0;
            errno = SendOnce(header);
        }
        else if (direct && errno == 0 && (header->Info & SgIoHeader.InfoDirectIoMask) != SgIoHeader.InfoDirectIo)
        {
            _sgDirectIo = false;
        }
        return errno;
    }

    private unsafe int SendToNode(ICommandFile node, SgIoHeader* header)
    {
        int errno = node.Send(header);
        if (!IsRefusedUnsent(errno))
            CommandCount++;
        return errno;
    }

    /// <summary>
    /// What the tape driver's node answers before a command goes out. EPERM: no CAP_SYS_RAWIO (st_ioctl); EACCES: the security module's rules; EIO: more than
    /// the queue takes, or st has lost its position; EINVAL, ENOMEM: pages that cannot be mapped (sg_io in drivers/scsi/scsi_ioctl.c); ENOTTY: there is no
    /// SG_IO; ENODEV, ENXIO: the device is offline or gone (scsi_ioctl_block_when_processing_errors, scsi_alloc_request). Once it went out only EFAULT is left.
    /// </summary>
    private static bool IsRefusedUnsent(int errno) =>
        errno is SgIoErrors.OperationNotPermitted or SgIoErrors.AccessDenied or SgIoErrors.InputOutput or SgIoErrors.OutOfMemory or SgIoErrors.InvalidArgument
            or SgIoErrors.NotATypewriter or SgIoErrors.NoSuchDevice or SgIoErrors.NoSuchDeviceOrAddress;

    /// <summary>Whether the sg module was told to do direct I/O when it is asked for; off by default.</summary>
    internal static bool IsDirectIoAllowed(string sysfsRoot)
    {
        try
        {
            string text = File.ReadAllText(Path.Combine(sysfsRoot, "module/sg/parameters/allow_dio"));
            return int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value != 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
