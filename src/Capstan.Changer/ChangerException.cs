using Capstan.Scsi;

namespace Capstan.Changer;

/// <summary>Why a changer did not do what it was told.</summary>
public enum ChangerFault
{
    /// <summary>There is no such device.</summary>
    NotFound,

    /// <summary>The device is no changer, or does not answer as one.</summary>
    NotAChanger,

    /// <summary>The operating system refused.</summary>
    PermissionDenied,

    /// <summary>Another program or host has it.</summary>
    Busy,

    /// <summary>It is not ready, and nobody said what would make it so.</summary>
    NotReady,

    /// <summary>A door is open, or somebody has to do something at the library itself.</summary>
    NeedsOperator,

    /// <summary>It takes its inventory, and did not end within the time that was waited.</summary>
    Inventorying,

    /// <summary>It does not know what is in its elements: the inventory has to be taken.</summary>
    StatusUnknown,

    /// <summary>No cartridge is where one was to be taken from.</summary>
    SourceEmpty,

    /// <summary>A cartridge is where one was to be put.</summary>
    DestinationFull,

    /// <summary>There is no such element, or the changer does not serve it.</summary>
    InvalidAddress,

    /// <summary>A drive, or the changer, keeps its cartridge: somebody prevented its removal.</summary>
    RemovalPrevented,

    /// <summary>The drive holds its tape: it has to be unloaded first.</summary>
    DriveNotUnloaded,

    /// <summary>The drive could not give its tape out.</summary>
    TapeStuck,

    /// <summary>The drive could not take the cartridge in.</summary>
    LoadFailed,

    /// <summary>A magazine is missing, or not reachable.</summary>
    MagazineMissing,

    /// <summary>The mail slot is open.</summary>
    MailSlotOpen,

    /// <summary>The element is switched off.</summary>
    ElementDisabled,

    /// <summary>The changer reports something wrong with the element itself.</summary>
    ElementException,

    /// <summary>This cartridge does not go into this drive, or has no label where one is needed.</summary>
    Incompatible,

    /// <summary>What was in the library was changed while this went on: nothing was moved.</summary>
    ContentsChanged,

    /// <summary>It does not know the command, or a field of it.</summary>
    Unsupported,

    /// <summary>The robot, or a drive, failed.</summary>
    HardwareFailure,

    /// <summary>A move was begun, and it cannot be told where the cartridge is.</summary>
    FateUnknown,

    /// <summary>The way to the changer is broken.</summary>
    Lost,

    /// <summary>Anything else: the message says what the changer said.</summary>
    Failed,
}

/// <summary>A changer did not do what it was told. The message names the elements and the remedy.</summary>
public sealed class ChangerException : IOException
{
    internal ChangerException(ChangerFault fault, string message, SenseData? sense = null, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
        Sense = sense;
    }

    public ChangerFault Fault { get; }

    /// <summary>What the changer said; null when the error did not come from it.</summary>
    public SenseData? Sense { get; }

    /// <summary>The same in words; null without sense data.</summary>
    public string? SenseText => Sense?.ToString();

    /// <summary>Whether the same may succeed when tried again without anybody doing anything.</summary>
    public bool IsTransient => Fault is ChangerFault.Busy or ChangerFault.Inventorying or ChangerFault.ContentsChanged;
}
