using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>
/// A mode page of the drive: its values as bytes, so that what the initiator set comes back as it was. Each page is a class in a file
/// of its own, with a line in <see cref="ModePageSet"/>.
/// </summary>
/// <remarks>
/// What a page does is in the overrides: <see cref="Refresh"/> when it shows state of the drive, <see cref="Check"/> when some values
/// are refused beyond the changeable mask, <see cref="Changed"/> when setting it has an effect at once. An effect that is only looked
/// up later needs none of them: whoever acts reads <see cref="DriveModePage{TPage}.Value"/>.
/// </remarks>
internal abstract class DriveModePage
{
    private protected DriveModePage(byte page, byte subpage, byte[] defaults, byte[] changeable)
    {
        Page = page;
        Subpage = subpage;
        Default = defaults;
        Changeable = changeable;
        Current = [.. defaults];
    }

    /// <summary>PAGE CODE.</summary>
    internal byte Page { get; }

    /// <summary>SUBPAGE CODE; 0 for a page without.</summary>
    internal byte Subpage { get; }

    internal byte[] Default { get; }

    /// <summary>The header, and a one for every bit that MODE SELECT may change.</summary>
    internal byte[] Changeable { get; }

    internal byte[] Current { get; }

    /// <summary>Length with header, in bytes.</summary>
    internal int Length => Default.Length;

    /// <summary>MODE SELECT may leave fields at the end out, down to this length; they count as 0 then.</summary>
    internal virtual int ShortestLength => Length;

    private int HeaderLength => Subpage == 0 ? 2 : 4;

    /// <summary>Fills in what depends on the drive and its cartridge, before the page is shown or compared.</summary>
    /// <param name="unit">The drive.</param>
    /// <param name="page">Current or default values, header included.</param>
    internal virtual void Refresh(TapeDriveUnit unit, Span<byte> page)
    {
    }

    /// <summary>Refuses values that the mask allows, or values that the drive's state does not allow now.</summary>
    /// <param name="unit">The drive.</param>
    /// <param name="page">The page as it was sent, of the right length, only changeable bits changed.</param>
    /// <param name="listOffset">Where it is in the parameter list: what a field pointer counts from.</param>
    /// <returns>Null when it may be applied. The whole list is checked before any of it counts.</returns>
    internal virtual SenseData? Check(TapeDriveUnit unit, ReadOnlySpan<byte> page, int listOffset) => null;

    /// <summary>The effect of new current values: after MODE SELECT, after a reset, and after a start that took back what was kept.</summary>
    internal virtual void Changed(TapeDriveUnit unit)
    {
    }

    /// <summary>Refuses a field of the page (offsets as in the standard's table of the page).</summary>
    protected static SenseData Refusal(int listOffset, BitField field) => new()
    {
        Key = SenseKey.IllegalRequest,
        Code = SenseCode.InvalidFieldInParameterList,
        FieldPointer = FieldPointer.To(field with { Byte = listOffset + field.Byte }, inCdb: false),
    };

    /// <summary>Finds the first byte and bit that differ where nothing may.</summary>
    internal bool RespectsMask(TapeDriveUnit unit, ReadOnlySpan<byte> page, out int offset, out int? bit)
    {
        offset = Subpage == 0 ? 1 : 2;
        bit = null;
        if (page.Length < ShortestLength || page.Length > Length)
            return false;
        Span<byte> current = stackalloc byte[256];
        current = current[..Length];
        Current.CopyTo(current);
        Refresh(unit, current);
        for (offset = HeaderLength; offset < page.Length; offset++)
        {
            int refused = (page[offset] ^ current[offset]) & ~Changeable[offset];
            if (refused == 0)
                continue;
            bit = 31 - int.LeadingZeroCount(refused);
            return false;
        }
        return true;
    }

    /// <summary>Takes over changeable bits; the rest stays as the drive has it.</summary>
    internal void Take(TapeDriveUnit unit, ReadOnlySpan<byte> page)
    {
        for (int i = HeaderLength; i < Length; i++)
            Current[i] = (byte)((Default[i] & ~Changeable[i]) | ((i < page.Length ? page[i] : 0) & Changeable[i]));
        Adopt();
        Changed(unit);
    }

    internal void Reset(TapeDriveUnit unit)
    {
        Default.CopyTo(Current, 0);
        Adopt();
        Changed(unit);
    }

    /// <summary>The current bytes are new.</summary>
    private protected virtual void Adopt()
    {
    }
}

/// <summary>A mode page with a wire type.</summary>
internal abstract class DriveModePage<TPage> : DriveModePage where TPage : struct, IModePage<TPage>
{
    /// <param name="defaults">Values after power on.</param>
    /// <param name="changeable">Which bits of which byte of the page MODE SELECT may change; none when left out.</param>
    private protected DriveModePage(TPage defaults, params (int Offset, byte Mask)[] changeable)
        : base(TPage.PageCode, TPage.SubpageCode, Bytes(defaults), Mask(defaults, changeable)) => Value = defaults;

    /// <summary>Current values, without what <see cref="DriveModePage.Refresh"/> fills in.</summary>
    internal TPage Value { get; private set; }

    private protected override void Adopt()
    {
        if (TPage.TryDecode(Current, out TPage value))
            Value = value;
    }

    private static byte[] Bytes(TPage page)
    {
        var bytes = new byte[TPage.Length];
        page.WriteTo(bytes);
        return bytes;
    }

    private static byte[] Mask(TPage page, (int Offset, byte Mask)[] changeable)
    {
        byte[] mask = Bytes(page);
        mask.AsSpan(TPage.SubpageCode == 0 ? 2 : 4).Clear();
        foreach ((int offset, byte bits) in changeable)
            mask[offset] = bits;
        return mask;
    }
}

/// <summary>A page that only its vendor describes: bytes without effect.</summary>
internal sealed class VendorModePage(byte[] defaults) : DriveModePage((byte)(defaults[0] & 0x3F), 0, defaults, [defaults[0], defaults[1], .. new byte[defaults.Length - 2]]);
