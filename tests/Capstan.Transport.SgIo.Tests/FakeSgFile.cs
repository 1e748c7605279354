using Capstan.Transport.SgIo;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>A kernel with a segment table, pages, and memory that can be short. Keeps what a device would have seen.</summary>
internal sealed unsafe class FakeSgFile : ISgFile
{
    public const int Page = 4096;

    public int ReservedBytes { get; init; } = 8 << 20;

    public int Segments { get; init; } = 128;

    /// <summary>What one segment of sg's own buffer holds: a page where the adapter's segments must not cross one.</summary>
    public int SegmentBytes { get; init; } = 32768;

    /// <summary>errno values for the next calls; then it works.</summary>
    public Queue<int> Refusals { get; } = new();

    /// <summary>Every SG_IO that came, refused or not: length and whether direct.</summary>
    public List<(int Length, bool Direct)> Calls { get; } = [];

    /// <summary>First byte and length of each data-out that reached the device.</summary>
    public List<(byte First, int Length)> Written { get; init; } = [];

    public uint LastTimeout { get; private set; }

    public bool IsClosed => false;

    public string? DeviceNumber { get; init; } = "21:3";

    /// <summary>What INQUIRY tells; it is not among <see cref="Calls"/>.</summary>
    public string Serial { get; init; } = "CAP0001";

    /// <summary>errno of every INQUIRY.</summary>
    public int InquiryRefusal { get; init; }

    /// <summary>Answers page 80h with CHECK CONDITION.</summary>
    public bool HasNoSerial { get; init; }

    public int Send(SgIoHeader* header)
    {
        if (header->CommandLength > 0 && header->Command[0] == 0x12 && header->DataLength <= 252)
            return Inquiry(header);
        bool direct = header->Flags == SgIoHeader.FlagDirectIo;
        Calls.Add(((int)header->DataLength, direct));
        LastTimeout = header->TimeoutMilliseconds;
        if (Refusals.TryDequeue(out int errno) && errno != 0)
            return errno;
        // blk_rq_append_bio: EINVAL for more segments than the queue's max_segments.
        if (header->DataLength > (long)Segments * (direct ? Page : SegmentBytes))
            return SgIoErrors.InvalidArgument;
        if (header->DataDirection == SgIoHeader.DirectionToDevice)
            Written.Add((*(byte*)header->Data, (int)header->DataLength));
        header->Status = 0;
        header->Residual = 0;
        header->Info = direct ? SgIoHeader.InfoDirectIo : 0;
        return 0;
    }

    private int Inquiry(SgIoHeader* header)
    {
        if (InquiryRefusal != 0)
            return InquiryRefusal;
        bool wantsSerial = header->Command[1] == 1;
        header->Status = (byte)(wantsSerial && HasNoSerial ? 2 : 0);
        header->Residual = (int)header->DataLength;
        if (header->Status != 0)
            return 0;
        byte[] answer = wantsSerial ? [0x01, 0x80, 0, (byte)Serial.Length, .. System.Text.Encoding.ASCII.GetBytes(Serial)] : [.. new byte[36]];
        answer.AsSpan().CopyTo(new Span<byte>(header->Data, (int)header->DataLength));
        header->Residual = (int)header->DataLength - answer.Length;
        return 0;
    }

    public int? Query(uint request) => request switch
    {
        Interop.Libc.SgGetReservedSize => ReservedBytes,
        Interop.Libc.SgGetScatterGatherTableSize => Segments,
        _ => null,
    };

    public void Reserve(int bytes)
    {
    }

    public void Dispose()
    {
    }
}
