using System.Buffers;

namespace Capstan.Operations.Configuration;

/// <summary>What stands in a configuration file: drives, changers and virtual libraries with names of their own.</summary>
/// <param name="Path">Where it was read; where it would be written, when there is none yet.</param>
public sealed record CapstanConfiguration(string Path)
{
    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<ConfiguredDrive> Drives { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<ConfiguredChanger> Changers { get; init; } = [];

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<ConfiguredLibrary> Libraries { get; init; } = [];

    /// <summary>iSCSI portals that `capstan scan` asks: <c>host[:port]</c>.</summary>
    public IReadOnlyList<string> Portals { get; init; } = [];

    /// <summary>The drive of that name; null when there is none.</summary>
    public ConfiguredDrive? Drive(string name) => Drives.FirstOrDefault(drive => drive.Name == name);

    /// <summary>The changer of that name; null when there is none.</summary>
    public ConfiguredChanger? Changer(string name) => Changers.FirstOrDefault(changer => changer.Name == name);

    /// <summary>The library of that name; null when there is none.</summary>
    public ConfiguredLibrary? Library(string name) => Libraries.FirstOrDefault(library => library.Name == name);
}

/// <summary>What drives and changers have in common.</summary>
public interface IConfiguredDevice
{
    string Name { get; }

    /// <summary>As <c>--device</c> takes it.</summary>
    string Device { get; }

    /// <summary>Unit serial number that the device must have; null for any.</summary>
    string? Serial { get; }

    /// <summary>As it was when it was configured; for people.</summary>
    string? Vendor { get; }

    /// <inheritdoc cref="Vendor"/>
    string? Product { get; }
}

/// <summary>A drive with a name.</summary>
/// <param name="Changer">Name of the changer it sits in; null when it sits in none.</param>
/// <param name="ChangerDrive">Its number among the changer's drives, from 0, as mtx counts; null when that is not known.</param>
public sealed record ConfiguredDrive(
    string Name, string Device, string? Serial = null, string? Vendor = null, string? Product = null, string? Changer = null, int? ChangerDrive = null)
    : IConfiguredDevice;

/// <summary>A changer with a name.</summary>
/// <param name="ExportSlots">Slots for cartridges that leave, as mtx counts them, from 1; empty for the mail slots.</param>
/// <param name="EjectBeforeUnload">Whether the drive must push the cartridge out before the changer can take it.</param>
public sealed record ConfiguredChanger(
    string Name, string Device, string? Serial, string? Vendor, string? Product, IReadOnlyList<int> ExportSlots, bool EjectBeforeUnload)
    : IConfiguredDevice;

/// <summary>A virtual library that lies elsewhere.</summary>
/// <param name="Path">Its directory, absolute.</param>
public sealed record ConfiguredLibrary(string Name, string Path);

/// <summary>Names that may be given to drives, changers and libraries.</summary>
public static class ConfiguredName
{
    public const string Rule = "a name is letters, digits, '.', '_' and '-', begins with a letter or digit, and is no device node's";

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <summary>Those of virtual libraries become directory names.</summary>
    public static bool IsWord(string name) =>
        name.Length is > 0 and <= 64 && char.IsAsciiLetterOrDigit(name[0]) && name.AsSpan().IndexOfAnyExcept(Characters) < 0;

    /// <summary>sg0, st1, nst1a and the like: a path that somebody cut short, never a name.</summary>
    public static bool IsNode(string name)
    {
        ReadOnlySpan<char> stem = name.AsSpan().TrimEnd("alm").TrimEnd("0123456789");
        return stem.Length < name.Length && stem is "sg" or "st" or "nst" or "sch" or "tape";
    }

    public static bool IsValid(string name) => IsWord(name) && !IsNode(name);
}
