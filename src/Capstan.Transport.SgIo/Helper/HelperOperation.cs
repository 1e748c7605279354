using System.Globalization;
using Capstan.Scsi;

namespace Capstan.Transport.SgIo;

/// <summary>
/// What the privileged helper does for others, all of it: the commands that Linux refuses on a node that is open for reading only and that
/// reading a tape cannot do without (docs/permissions.md). None of them changes what is on a tape.
/// </summary>
/// <remarks>
/// The caller names an operation; the helper builds the CDB itself. So no byte of a CDB comes from outside, and what is not named
/// here cannot be sent, whoever asks.
/// </remarks>
/// <param name="Command">The CDB.</param>
/// <param name="AnswerLengthBytes">Length of its data-in, 0 for none.</param>
/// <param name="TimeoutSeconds">1 to <see cref="LongestTimeoutSeconds"/>.</param>
internal readonly record struct HelperOperation(Cdb Command, int AnswerLengthBytes, int TimeoutSeconds)
{
    /// <summary>First argument: a helper of another version is refused, not misunderstood.</summary>
    public const string ProtocolVersion = "1";

    /// <summary>A day: more than any positioning takes, and a bound.</summary>
    public const int LongestTimeoutSeconds = 86_400;

    /// <summary>The longest answer of an operation, in bytes.</summary>
    public const int LongestAnswerBytes = 32;

    private const int ShortPositionBytes = 20;
    private const int LongPositionBytes = 32;
    private const int BlockLimitsBytes = 6;

    /// <summary>The arguments that make the helper send a CDB; null when it is not one of the helper's operations.</summary>
    /// <param name="cdb">What the kernel refused.</param>
    /// <param name="timeout">How long the device may take.</param>
    public static string[]? Describe(in Cdb cdb, TimeSpan timeout)
    {
        double seconds = timeout == Timeout.InfiniteTimeSpan ? LongestTimeoutSeconds : Math.Clamp(Math.Ceiling(timeout.TotalSeconds), 1, LongestTimeoutSeconds);
        return Words(cdb) is { } words ? [ProtocolVersion, Text((int)seconds), .. words] : null;
    }

    /// <summary>Reads the helper's arguments. Total: what is not exactly an operation is false.</summary>
    public static bool TryParse(ReadOnlySpan<string> arguments, out HelperOperation operation)
    {
        operation = default;
        if (arguments is not [ProtocolVersion, var seconds, .. var words] || !TryNumber(seconds, 1, LongestTimeoutSeconds, out long timeoutSeconds))
            return false;
        (Cdb Command, int Bytes)? found = words switch
        {
            ["rewind"] => (Cdb.Of(new Rewind()), 0),
            ["read-block-limits"] => (Cdb.Of(new ReadBlockLimits()), BlockLimitsBytes),
            ["read-position", "short"] => (Cdb.Of(new ReadPosition(PositionForm.Short)), ShortPositionBytes),
            ["read-position", "long"] => (Cdb.Of(new ReadPosition(PositionForm.Long)), LongPositionBytes),
            ["read-position", "extended"] => (Cdb.Of(new ReadPosition(PositionForm.Extended, ExtendedPosition.Length)), ExtendedPosition.Length),
            ["space-6", var code, var count] when TryCode(code, out SpaceCode what) && TryNumber(count, -0x80_0000, 0x7F_FFFF, out long many) =>
                (Cdb.Of(new Space6(what, (int)many)), 0),
            ["space-16", var code, var count] when TryCode(code, out SpaceCode what) && TryNumber(count, long.MinValue, long.MaxValue, out long many) =>
                (Cdb.Of(new Space16(what, many)), 0),
            ["locate-16", var target] when TryNumber(target, 0, long.MaxValue, out long id) =>
                (Cdb.Of(new Locate16(LocateTarget.LogicalObject((ulong)id))), 0),
            _ => null,
        };
        if (found is not { } known)
            return false;
        operation = new HelperOperation(known.Command, known.Bytes, (int)timeoutSeconds);
        return true;
    }

    private static string[]? Words(in Cdb cdb)
    {
        ReadOnlySpan<byte> bytes = cdb.Span;
        // Only what is rebuilt to the same bytes: an operation must never be another command than the one that was asked for.
        string[]? words = bytes[0] switch
        {
            0x01 when Rewind.TryDecode(bytes, out _, out _) => ["rewind"],
            0x05 when ReadBlockLimits.TryDecode(bytes, out _, out _) => ["read-block-limits"],
            0x34 when ReadPosition.TryDecode(bytes, out ReadPosition position, out _) => ["read-position", Form(position.Form)],
            0x11 when Space6.TryDecode(bytes, out Space6 space, out _) => ["space-6", Code(space.Code), Text(space.Count)],
            0x91 when Space16.TryDecode(bytes, out Space16 space, out _) => ["space-16", Code(space.Code), Text(space.Count)],
            0x92 when Locate16.TryDecode(bytes, out Locate16 locate, out _) && locate.Target.Identifier <= long.MaxValue =>
                ["locate-16", Text((long)locate.Target.Identifier)],
            _ => null,
        };
        return words is not null && TryParse([ProtocolVersion, "1", .. words], out HelperOperation same) && same.Command == cdb ? words : null;
    }

    private static string Form(PositionForm form) => form switch
    {
        PositionForm.Short => "short",
        PositionForm.Long => "long",
        _ => "extended",
    };

    private static string Code(SpaceCode code) => code switch
    {
        SpaceCode.LogicalBlocks => "blocks",
        SpaceCode.Filemarks => "filemarks",
        SpaceCode.EndOfData => "end-of-data",
        _ => "",
    };

    private static bool TryCode(string text, out SpaceCode code)
    {
        code = text switch { "filemarks" => SpaceCode.Filemarks, "end-of-data" => SpaceCode.EndOfData, _ => SpaceCode.LogicalBlocks };
        return Code(code) == text;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    // Only the one way in which a number is written: no blanks, no plus, no leading zeros, no minus zero.
    private static bool TryNumber(string text, long minimum, long maximum, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
        && number >= minimum && number <= maximum && Text(number) == text;
}
