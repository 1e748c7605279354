using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>VPD page 00h: which pages there are (SPC-4 7.8.13).</summary>
/// <param name="Peripheral">Byte 0.</param>
/// <param name="Pages">Page codes, in the device's order.</param>
// byte 4-n  page codes, ascending
public readonly record struct SupportedVpdPages(Peripheral Peripheral, ImmutableArray<byte> Pages)
{
    /// <summary>Reads the page; false when it is another page or shorter than its header.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out SupportedVpdPages page)
    {
        page = new(default, []);
        if (!VpdPage.TryOpen(data, VpdPage.SupportedPages, out Peripheral peripheral, out ReadOnlySpan<byte> body)) return false;

        page = new(peripheral, [.. body]);
        return true;
    }

    /// <summary>Writes the page and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        Pages.AsSpan().CopyTo(data[VpdPage.HeaderLength..]);
        return VpdPage.WriteHeader(data, VpdPage.SupportedPages, Peripheral, Pages.Length);
    }
}
