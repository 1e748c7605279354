using System.Text.Json.Serialization;

namespace Capstan.Emulation.Library;

/// <summary>What goes wrong with real libraries.</summary>
public enum LibraryFailureKind
{
    /// <summary>The robot looks at every slot, as after power on or with a door that was open: not ready for a while.</summary>
    Inventory,

    /// <summary>A door is open: nothing moves until it is closed.</summary>
    Door,

    /// <summary>The mail slots are open: nothing goes there or comes from there.</summary>
    MailOpen,

    /// <summary>A cartridge cannot be taken out of an element.</summary>
    Stuck,

    /// <summary>An element reports an exception and cannot be used.</summary>
    Exception,

    /// <summary>A magazine is missing: its slots are disabled.</summary>
    Magazine,

    /// <summary>A label cannot be read, or there is none.</summary>
    NoLabel,

    /// <summary>A drive does not give its cartridge out.</summary>
    Prevented,

    /// <summary>The robot fails in the middle of its next moves: the cartridge stays in its hand.</summary>
    RobotInMove,

    /// <summary>The robot does not move at all.</summary>
    Robot,

    /// <summary>A drive asks to be cleaned, until it was.</summary>
    Dirty,
}

/// <summary>Something that goes wrong on purpose, until it is repaired. Every process that has the library meets it.</summary>
/// <param name="Kind">What.</param>
/// <param name="Address">Element address, for what is about an element.</param>
/// <param name="Count">Of <see cref="LibraryFailureKind.Magazine"/>: so many slots; of <see cref="LibraryFailureKind.RobotInMove"/>: so often; of <see cref="LibraryFailureKind.Inventory"/>: so many seconds.</param>
/// <param name="Asc">Additional sense code of <see cref="LibraryFailureKind.Exception"/>.</param>
/// <param name="Ascq">Its qualifier.</param>
public sealed record LibraryFailure(LibraryFailureKind Kind, int? Address = null, int Count = 1, byte Asc = 0, byte Ascq = 0)
{
    /// <summary>Whether it is about one place, and not about the whole library.</summary>
    [JsonIgnore]
    public bool IsOfPlace => Kind is LibraryFailureKind.Stuck or LibraryFailureKind.Exception or LibraryFailureKind.Magazine or LibraryFailureKind.NoLabel
        or LibraryFailureKind.Prevented or LibraryFailureKind.Dirty;
}
