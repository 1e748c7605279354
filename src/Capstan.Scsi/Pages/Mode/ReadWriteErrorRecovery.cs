namespace Capstan.Scsi;

/// <summary>Read-Write Error Recovery mode page (SSC-4 8.3.5).</summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (01h)
// byte 1    PAGE LENGTH (0Ah)
// byte 2    5 TB   3 EER   2 PER   1 DTE   0 DCR
// byte 3    READ RETRY COUNT
// byte 8    WRITE RETRY COUNT
public readonly record struct ReadWriteErrorRecovery : IModePage<ReadWriteErrorRecovery>
{
    public static readonly BitField TransferBlockField = BitField.Bit(2, 5);
    public static readonly BitField EnableEarlyRecoveryField = BitField.Bit(2, 3);
    public static readonly BitField PostErrorField = BitField.Bit(2, 2);
    public static readonly BitField DisableTransferOnErrorField = BitField.Bit(2, 1);
    public static readonly BitField DisableCorrectionField = BitField.Bit(2, 0);
    public static readonly BitField ReadRetryCountField = BitField.WholeByte(3);
    public static readonly BitField WriteRetryCountField = BitField.WholeByte(8);

    public static byte PageCode => 0x01;
    public static int Length => 12;

    public bool ParametersSaveable { get; init; }

    /// <summary>TB: a block that could not be recovered is transferred as far as it was read.</summary>
    public bool TransferBlock { get; init; }

    /// <summary>EER: the fastest recovery first.</summary>
    public bool EnableEarlyRecovery { get; init; }

    /// <summary>PER: report recovered errors with CHECK CONDITION.</summary>
    public bool PostError { get; init; }

    /// <summary>DTE: stop at a recovered error.</summary>
    public bool DisableTransferOnError { get; init; }

    /// <summary>DCR: no error correction.</summary>
    public bool DisableCorrection { get; init; }

    /// <summary>READ RETRY COUNT.</summary>
    public byte ReadRetryCount { get; init; }

    /// <summary>WRITE RETRY COUNT.</summary>
    public byte WriteRetryCount { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out ReadWriteErrorRecovery page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            TransferBlock = TransferBlockField.IsSet(data),
            EnableEarlyRecovery = EnableEarlyRecoveryField.IsSet(data),
            PostError = PostErrorField.IsSet(data),
            DisableTransferOnError = DisableTransferOnErrorField.IsSet(data),
            DisableCorrection = DisableCorrectionField.IsSet(data),
            ReadRetryCount = data[3],
            WriteRetryCount = data[8],
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        TransferBlockField.Set(data, TransferBlock);
        EnableEarlyRecoveryField.Set(data, EnableEarlyRecovery);
        PostErrorField.Set(data, PostError);
        DisableTransferOnErrorField.Set(data, DisableTransferOnError);
        DisableCorrectionField.Set(data, DisableCorrection);
        data[3] = ReadRetryCount;
        data[8] = WriteRetryCount;
        return Length;
    }
}
