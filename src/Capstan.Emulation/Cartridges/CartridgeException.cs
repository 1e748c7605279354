namespace Capstan.Emulation.Cartridges;

/// <summary>A cartridge file cannot be used at all.</summary>
public sealed class CartridgeException : IOException
{
    public CartridgeException(CartridgeFault fault, string message)
        : base(message) => Fault = fault;

    public CartridgeFault Fault { get; }
}

/// <summary>Why a cartridge file cannot be used.</summary>
public enum CartridgeFault
{
    /// <summary>No such file.</summary>
    NotFound,

    /// <summary>The file exists already (on creation).</summary>
    Exists,

    /// <summary>The host refuses access.</summary>
    AccessDenied,

    /// <summary>Another process has it open.</summary>
    InUse,

    /// <summary>The file does not begin like a cartridge.</summary>
    NotACartridge,

    /// <summary>Neither copy of the superblock is intact.</summary>
    DamagedSuperblock,

    /// <summary>Written by a newer version.</summary>
    NewerVersion,

    /// <summary>The host file system failed.</summary>
    HostError,
}
