using System.Globalization;

namespace Capstan.Transport.SgIo;

// Data without a copy in the kernel. sg does that where its parameter allow_dio lets it, which is off by default. The kernel's st driver does it for its
// own transfers, and for an SG_IO on its node, too: who holds that node (docs/decisions/0017) needs no leave (docs/decisions/0036).
public sealed partial class SgIoTransport
{
    // The coarsest DMA alignment that the block layer uses by default, in bytes.
    private const int DirectIoLengthMultiple = 512;

    private bool _wantsDirectIo = true;
    private bool _sgDirectIo;
    private ISgFile? _tapeNode;

    /// <inheritdoc/>
    public bool CanDirectIo => _limits.CertainBytes > 0 && (_sgDirectIo || _tapeNode is not null);

    /// <inheritdoc/>
    /// <remarks>Becomes false when the kernel is seen not to do it. False stays false, whatever comes later.</remarks>
    public bool DirectIo
    {
        get => _wantsDirectIo && CanDirectIo;
        set => _wantsDirectIo = value;
    }

    /// <summary>Sends data through an open node of the kernel's tape driver as long as it is held; null: no longer.</summary>
    internal void UseTapeNode(ISgFile? node) => _tapeNode = node;

    // With direct I/O every page of the buffer may be a segment of its own. Small or odd transfers gain nothing, and the kernel would copy them anyway,
    // which must not be taken for "it never does".
    private bool IsDirectIoCandidate(nint address, int length) =>
        length >= Environment.SystemPageSize && length <= _limits.CertainBytes
        && length % DirectIoLengthMultiple == 0 && address % Environment.SystemPageSize == 0;

    /// <param name="header">With the flag for direct I/O where that is to be tried.</param>
    private unsafe int SendEitherWay(SgIoHeader* header)
    {
        if (header->Flags == 0)
            return SendOnce(_file, header);
        if (_tapeNode is not null)
        {
            header->Flags = 0;
            int refusal = SendOnce(_tapeNode, header);
            if (!IsRefusedUnsent(refusal))
                return refusal;
            // Without memory it is tried again the next time; everything else stays as it is.
            if (refusal != SgIoErrors.OutOfMemory)
                _tapeNode = null;
            if (_sgDirectIo)
                header->Flags = SgIoHeader.FlagDirectIo;
        }

        bool direct = header->Flags != 0;
        int errno = SendOnce(_file, header);
        if (errno is SgIoErrors.InvalidArgument or SgIoErrors.OutOfMemory && direct)
        {
            // The buffer's pages do not fit the adapter's segments, or cannot be pinned now. The kernel refused before
            // anything was sent, so sending through its own buffer is no retry of a command that the device saw.
            _sgDirectIo = errno == SgIoErrors.OutOfMemory;
            header->Flags = 0;
            errno = SendOnce(_file, header);
        }
        else if (direct && errno == 0 && (header->Info & SgIoHeader.InfoDirectIoMask) != SgIoHeader.InfoDirectIo)
        {
            _sgDirectIo = false;
        }
        return errno;
    }

    /// <summary>
    /// What the tape driver's node answers before a command goes out: EPERM without CAP_SYS_RAWIO (st_ioctl), EIO for more than the queue takes,
    /// EINVAL and ENOMEM for pages that cannot be mapped (sg_io in drivers/scsi/scsi_ioctl.c), ENOTTY where there is no SG_IO.
    /// </summary>
    private static bool IsRefusedUnsent(int errno) =>
        errno is SgIoErrors.OperationNotPermitted or SgIoErrors.InputOutput or SgIoErrors.OutOfMemory or SgIoErrors.InvalidArgument or SgIoErrors.NotATypewriter;

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
