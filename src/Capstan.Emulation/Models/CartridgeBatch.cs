using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Models;

/// <summary>Some cartridges of one kind, of a new library.</summary>
/// <param name="Count">How many, 1 and above.</param>
/// <param name="Medium">Kind of tape; <see cref="MediumType.Cleaning"/> for cleaning cartridges.</param>
/// <param name="IsWorm">Write-once.</param>
public sealed record CartridgeBatch(int Count, MediumType Medium, bool IsWorm = false)
{
    /// <summary>Reads <c>20xLTO-9</c>, <c>2xLTO-8-WORM</c>, <c>CLEANING</c>; null when it is none.</summary>
    public static CartridgeBatch? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        (int count, string kind) = Counted.Split(text);
        if (count < 1)
            return null;
        if (kind.Equals("cleaning", StringComparison.OrdinalIgnoreCase) || kind.Equals("CLN", StringComparison.OrdinalIgnoreCase))
            return new CartridgeBatch(count, MediumType.Cleaning);
        bool isWorm = kind.EndsWith("-WORM", StringComparison.OrdinalIgnoreCase);
        MediumType? medium = MediumType.Parse(isWorm ? kind[..^"-WORM".Length] : kind);
        if (medium is null)
        {
            medium = MediumType.All.FirstOrDefault(type => type.WormBarcodeSuffix != type.BarcodeSuffix && type.WormBarcodeSuffix.Equals(kind, StringComparison.OrdinalIgnoreCase));
            isWorm = true;
        }
        return medium is null ? null : new CartridgeBatch(count, medium, isWorm);
    }
}

/// <summary><c>4xLTO-9</c>: how many of what.</summary>
internal static class Counted
{
    /// <summary>A text without a number is one of it; -1 for a number that cannot be.</summary>
    internal static (int Count, string Kind) Split(string text)
    {
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || digits + 1 >= text.Length || text[digits] is not ('x' or 'X'))
            return (1, text);
        return int.TryParse(text.AsSpan(0, digits), out int count) && count is >= 1 and <= 100_000 ? (count, text[(digits + 1)..]) : (-1, text);
    }
}
