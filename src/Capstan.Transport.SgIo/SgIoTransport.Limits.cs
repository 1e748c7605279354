using System.Runtime.InteropServices;
using Capstan.Scsi;

namespace Capstan.Transport.SgIo;

public sealed partial class SgIoTransport
{
    private const uint InquiryMilliseconds = 30_000;
    private const byte StandardInquiryBytes = 36;

    private int? _maxTransferBytes;

    /// <inheritdoc/>
    /// <remarks>
    /// Where the adapter's description leaves it open, the first caller asks the kernel with an INQUIRY into a buffer of that
    /// length: the kernel maps the whole buffer before it sends anything, and refuses what does not fit.
    /// </remarks>
    public int MaxTransferBytes => _maxTransferBytes ??= _limits.FindLargest(Environment.SystemPageSize, Fits);

    /// <summary>The time limit of every command is cut to this; null leaves the model's own. For tests of what a timeout does.</summary>
    public TimeSpan? LongestTimeout { get; set; }

    /// <summary>How often a command was handed to the kernel again because it had no memory for it.</summary>
    public int MemoryRetryCount { get; private set; }

    // The kernel cuts the wish to the queue's max_sectors, and halves it until it fits the adapter's segment table and the memory
    // there is. What goes through this buffer needs no memory later.
    private SgLimits ReadLimits()
    {
        _file.Reserve(WantedReservedBytes);
        int reserved = _file.Query(Interop.Libc.SgGetReservedSize) is { } bytes and > 0 ? bytes : DefaultReservedBytes;
        return SgLimits.Read(DeviceDirectory(Name, _sysfsRoot), FindHost(Name, _sysfsRoot), reserved,
            _file.Query(Interop.Libc.SgGetScatterGatherTableSize), Environment.SystemPageSize);
    }

    private unsafe bool? Fits(int lengthBytes)
    {
        byte* data = (byte*)NativeMemory.AlignedAlloc((nuint)lengthBytes, (nuint)Environment.SystemPageSize);
        try
        {
            return Inquire(null, null, StandardInquiryBytes, data, lengthBytes).Errno switch
            {
                0 => true,
                SgIoErrors.InvalidArgument or SgIoErrors.OutOfMemory => false,
                _ => null,
            };
        }
        finally
        {
            NativeMemory.AlignedFree(data);
        }
    }

    private readonly record struct InquiryAnswer(int Errno, int Status, int HostStatus, int Residual);

    /// <summary>INQUIRY changes nothing, clears no unit attention (SPC-5 5.14), and gives no more than its allocation length.</summary>
    /// <param name="node">The tape driver's; null for sg.</param>
    /// <param name="page">Of vital product data; null for the standard data.</param>
    /// <param name="allocationLength">In the CDB.</param>
    /// <param name="data">Where the answer goes.</param>
    /// <param name="lengthBytes">Of that; what the kernel maps or copies.</param>
    private unsafe InquiryAnswer Inquire(ICommandFile? node, byte? page, byte allocationLength, byte* data, int lengthBytes)
    {
        ReadOnlySpan<byte> inquiry = [0x12, (byte)(page is null ? 0 : 1), page ?? 0, 0, allocationLength, 0];
        byte* sense = stackalloc byte[ScsiCompletion.SenseBufferLength];
        fixed (byte* command = inquiry)
        {
            var header = new SgIoHeader
            {
                InterfaceId = SgIoHeader.InterfaceVersion3,
                DataDirection = SgIoHeader.DirectionFromDevice,
                CommandLength = (byte)inquiry.Length,
                MaxSenseLength = ScsiCompletion.SenseBufferLength,
                DataLength = (uint)lengthBytes,
                Data = data,
                Command = command,
                Sense = sense,
                TimeoutMilliseconds = InquiryMilliseconds,
            };
            int errno = node is null ? SendOnce(&header) : SendToNode(node, &header);
            return new InquiryAnswer(errno, header.Status, header.HostStatus, header.Residual);
        }
    }
}
