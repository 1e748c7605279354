namespace Capstan.Scsi;

/// <summary>How bad a TapeAlert flag is (TapeAlert specification 3.0; SSC-4 annex A).</summary>
public enum AlertSeverity
{
    Information,
    Warning,

    /// <summary>Data or the drive are at risk.</summary>
    Critical,
}

/// <summary>One of the 64 TapeAlert flags.</summary>
/// <param name="Number">1 to 64.</param>
/// <param name="Name">As SSC-4 annex A calls it.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Meaning">What the drive has seen.</param>
/// <param name="Advice">What to do; empty where there is nothing to do.</param>
public sealed partial record TapeAlertFlag(int Number, string Name, AlertSeverity Severity, string Meaning, string Advice)
{
    /// <summary>How many flags there are.</summary>
    public const int Count = 64;

    /// <summary>All flags by number; the first one is number 1.</summary>
    public static IReadOnlyList<TapeAlertFlag> All => Table;

    /// <summary>A flag by its number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 64.</exception>
    public static TapeAlertFlag Of(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Count);
        return Table[number - 1];
    }
}

/// <summary>A set of TapeAlert flags.</summary>
/// <param name="Bits">Bit 0 is flag 1.</param>
public readonly record struct TapeAlertSet(ulong Bits)
{
    public static TapeAlertSet None => default;

    public bool IsEmpty => Bits == 0;

    /// <summary>Whether a flag, 1 to 64, is in the set.</summary>
    public bool Contains(int flag) => (Bits >> (flag - 1) & 1) != 0;

    /// <summary>The set with one flag, 1 to 64, more.</summary>
    public TapeAlertSet With(int flag) => new(Bits | 1UL << (flag - 1));

    /// <summary>Numbers of the flags, ascending.</summary>
    public IEnumerable<int> Numbers()
    {
        for (int flag = 1; flag <= TapeAlertFlag.Count; flag++)
        {
            if (Contains(flag))
                yield return flag;
        }
    }

    public static TapeAlertSet operator |(TapeAlertSet left, TapeAlertSet right) => new(left.Bits | right.Bits);

    public static TapeAlertSet BitwiseOr(TapeAlertSet left, TapeAlertSet right) => left | right;

    /// <summary>
    /// Reads log page 2Eh (a parameter a flag) or 12h (one parameter of 64 bits, flag 1 the most significant one); false for any
    /// other page.
    /// </summary>
    public static bool TryDecode(in LogPage page, out TapeAlertSet set)
    {
        set = None;
        switch (page.Page)
        {
            case 0x2E:
                foreach (LogParameter parameter in page)
                {
                    if (parameter.Code is >= 1 and <= TapeAlertFlag.Count && parameter.Value.ContainsAnyExcept((byte)0))
                        set = set.With(parameter.Code);
                }

                return true;
            case 0x12:
                if (!page.TryFind(0, out LogParameter bits))
                    return false;
                set = OfBitmap(bits.Value);
                return true;
            default:
                return false;
        }
    }

    /// <summary>From 8 bytes of which the first bit is flag 1; missing bytes are zero.</summary>
    public static TapeAlertSet OfBitmap(ReadOnlySpan<byte> bitmap)
    {
        TapeAlertSet set = None;
        for (int flag = 1; flag <= TapeAlertFlag.Count && (flag - 1) / 8 < bitmap.Length; flag++)
        {
            if ((bitmap[(flag - 1) / 8] & 0x80 >> (flag - 1) % 8) != 0)
                set = set.With(flag);
        }

        return set;
    }

    /// <summary>Writes the 8 bytes that <see cref="OfBitmap"/> reads.</summary>
    public void WriteBitmap(Span<byte> bitmap)
    {
        bitmap[..8].Clear();
        foreach (int flag in Numbers())
            bitmap[(flag - 1) / 8] |= (byte)(0x80 >> (flag - 1) % 8);
    }
}
