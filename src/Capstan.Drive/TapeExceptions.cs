using Capstan.Scsi;

namespace Capstan.Drive;

/// <summary>
/// Something that tape does not do every day. Filemarks, end of data, early warning and short blocks are outcomes, not exceptions.
/// The subclasses are sorted by what still works afterwards.
/// </summary>
public abstract class TapeException : IOException
{
    private protected TapeException(string message, SenseData? sense, Exception? inner = null)
        : base(message, inner) => Sense = sense;

    /// <summary>What the drive said; null when the error did not come from the drive.</summary>
    public SenseData? Sense { get; }

    /// <summary>The same in words; null without sense data.</summary>
    public string? SenseText => Sense?.ToString();

    /// <summary>Whether the same operation may succeed when tried again without anybody doing anything.</summary>
    public virtual bool IsTransient => false;
}

/// <summary>One command failed; drive and medium still answer.</summary>
public class TapeCommandException : TapeException
{
    internal TapeCommandException(string message, SenseData? sense = null, bool isTransient = false, Exception? inner = null)
        : base(message, sense, inner) => IsTransient = isTransient;

    public override bool IsTransient { get; }

    /// <summary>Whether the drive does not know the command, a field of it, or a field of its parameters (20/00, 24/00, 26/00).</summary>
    public bool IsUnsupported => Sense is { Key: SenseKey.IllegalRequest, Code: var code }
        && (code == SenseCode.InvalidCommandOperationCode || code == SenseCode.InvalidFieldInCdb || code == SenseCode.InvalidFieldInParameterList);
}

/// <summary>A block cannot be read. The tape may be read on behind it.</summary>
public sealed class TapeReadException : TapeCommandException
{
    internal TapeReadException(string message, long objectId, SenseData? sense)
        : base(message, sense) => ObjectId = objectId;

    /// <summary>Logical object identifier of the block that failed.</summary>
    public long ObjectId { get; }
}

/// <summary>
/// Drive and host adapter contradict each other on how much of a block was read, or one of them does not tell. The data must not
/// be used. The tape stands behind the block; a read with exactly the right length settles it.
/// </summary>
public sealed class TapeLengthException : TapeCommandException
{
    internal TapeLengthException(string message, int? toldLengthBytes, SenseData? sense)
        : base(message, sense) => ToldLengthBytes = toldLengthBytes;

    /// <summary>The block's length as the drive told it; null when it did not.</summary>
    public int? ToldLengthBytes { get; }
}

/// <summary>Something was looked for behind the end of data.</summary>
public sealed class TapeEndOfDataException : TapeCommandException
{
    internal TapeEndOfDataException(string message, long objectId, SenseData? sense)
        : base(message, sense) => ObjectId = objectId;

    /// <summary>Logical object identifier of what was looked for.</summary>
    public long ObjectId { get; }
}

/// <summary>
/// Writing failed. Everything from <see cref="FirstSuspectObjectId"/> on may be missing or damaged on the medium, whatever
/// was answered to the commands that wrote it.
/// </summary>
public sealed class TapeWriteException : TapeException
{
    internal TapeWriteException(string message, long firstSuspectObjectId, SenseData? sense, Exception? inner = null)
        : base(message, sense, inner) => FirstSuspectObjectId = firstSuspectObjectId;

    /// <summary>The first logical object that was not proven durable; objects before it are safe.</summary>
    public long FirstSuspectObjectId { get; }

    /// <summary>The tape does not stand where it was written to, or may not: somebody else used the drive, or the path to it lost or repeated a command.</summary>
    public bool IsMoved { get; internal init; }
}

/// <summary>Why the medium cannot be used.</summary>
public enum MediumFault
{
    NotPresent,
    NotLoaded,
    Changed,
    WriteProtected,

    /// <summary>A write-once (WORM) cartridge: what is written stays.</summary>
    WriteOnce,
    Incompatible,
    Damaged,
    RemovalPrevented,
}

/// <summary>The medium is absent, protected, unsuitable, or was changed. The drive works.</summary>
public sealed class TapeMediumException : TapeException
{
    internal TapeMediumException(MediumFault fault, string message, SenseData? sense = null)
        : base(message, sense) => Fault = fault;

    public MediumFault Fault { get; }
}

/// <summary>Why the device cannot be used.</summary>
public enum DeviceFault
{
    NotFound,
    NotATapeDrive,
    PermissionDenied,
    Busy,
    NotReady,
    HardwareFailure,

    /// <summary>The drive has not what was asked of it.</summary>
    Unsupported,
    Lost,
}

/// <summary>The device cannot be reached or used at all.</summary>
public sealed class TapeDeviceException : TapeException
{
    public TapeDeviceException(DeviceFault fault, string message)
        : this(fault, message, null)
    {
    }

    internal TapeDeviceException(DeviceFault fault, string message, SenseData? sense, Exception? inner = null)
        : base(message, sense, inner) => Fault = fault;

    public DeviceFault Fault { get; }

    public override bool IsTransient => Fault is DeviceFault.Busy or DeviceFault.NotReady;
}

/// <summary>Why encryption stands between.</summary>
public enum EncryptionFault
{
    /// <summary>The drive cannot encrypt.</summary>
    Unsupported,

    /// <summary>The drive does not take these settings.</summary>
    Refused,

    /// <summary>The block is encrypted, and the drive has no key.</summary>
    NoKey,

    /// <summary>The block is encrypted with another key.</summary>
    WrongKey,

    /// <summary>The block is in clear, and the drive reads only encrypted ones.</summary>
    NotEncrypted,

    /// <summary>The block must not be read raw.</summary>
    RawReadForbidden,

    /// <summary>The drive had a key and has not any more, or has another one.</summary>
    KeyLost,
}

/// <summary>The drive's encryption stands between. Drive and medium work.</summary>
public sealed class TapeEncryptionException : TapeException
{
    internal TapeEncryptionException(EncryptionFault fault, string message, SenseData? sense = null)
        : base(message, sense) => Fault = fault;

    public EncryptionFault Fault { get; }

    /// <summary>What the key is called that the block needs (U-KAD); null where that is not known.</summary>
    public string? KeyDescription { get; internal init; }
}
