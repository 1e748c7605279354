namespace Capstan.Scsi;

/// <summary>VPD page B0h of a tape drive, "Sequential-access Device Capabilities" (SSC-4 8.4.2).</summary>
/// <param name="Peripheral">Byte 0.</param>
/// <param name="Worm">WORM: the drive can write WORM cartridges. It says nothing about the cartridge that is loaded.</param>
/// <param name="TapeStreamMirroring">TSMC: tape stream mirroring.</param>
// byte 4    1 TSMC   0 WORM
public readonly record struct SequentialAccessCapabilities(Peripheral Peripheral, bool Worm, bool TapeStreamMirroring = false)
{
    private const int BodyLength = 2;

    private static readonly BitField TsmcField = BitField.Bit(VpdPage.HeaderLength, 1);
    private static readonly BitField WormField = BitField.Bit(VpdPage.HeaderLength, 0);

    /// <summary>Reads the page; false when it is another page or has no capabilities byte.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out SequentialAccessCapabilities page)
    {
        page = default;
        if (!VpdPage.TryOpen(data, VpdPage.SequentialAccessCapabilities, out Peripheral peripheral, out ReadOnlySpan<byte> body)
            || body.IsEmpty)
        {
            return false;
        }

        page = new(peripheral, WormField.IsSet(data), TsmcField.IsSet(data));
        return true;
    }

    /// <summary>Writes the page and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        data.Slice(VpdPage.HeaderLength, BodyLength).Clear();
        WormField.Set(data, Worm);
        TsmcField.Set(data, TapeStreamMirroring);
        return VpdPage.WriteHeader(data, VpdPage.SequentialAccessCapabilities, Peripheral, BodyLength);
    }
}
