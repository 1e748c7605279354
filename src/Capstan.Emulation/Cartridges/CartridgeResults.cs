namespace Capstan.Emulation.Cartridges;

/// <summary>What a logical object is.</summary>
public enum ObjectKind : byte
{
    Block = 1,
    Filemark = 2,

    /// <summary>A record whose header is lost: it occupies its object identifier and cannot be read.</summary>
    Lost = 3,
}

/// <summary>One logical object.</summary>
/// <param name="Kind">Block or filemark.</param>
/// <param name="LengthBytes">Bytes as the initiator wrote them; 0 for a filemark.</param>
/// <param name="FileNumber">Filemarks between the beginning of the partition and this object.</param>
public readonly record struct ObjectInfo(ObjectKind Kind, int LengthBytes, long FileNumber);

/// <summary>What a read found.</summary>
public enum ReadStatus
{
    /// <summary>A block; when it is longer than the destination, only its beginning was stored there.</summary>
    Block,

    /// <summary>An encrypted block: nothing was stored in the destination, only its length is told.</summary>
    Encrypted,

    Filemark,

    EndOfData,

    /// <summary>The file is shorter than what was made durable: what follows is lost, and there is no end of data.</summary>
    EndOfDataNotFound,

    /// <summary>The object is there, its bytes are not what was written.</summary>
    Damaged,

    /// <summary>The host could not read the file; see <see cref="Cartridge.HostError"/>.</summary>
    HostError,
}

/// <summary>What became of an append.</summary>
public enum AppendStatus
{
    Written,

    /// <summary>Beyond the capacity: nothing was written.</summary>
    EndOfMedium,

    /// <summary>The host's disk or quota is full: nothing was written; see <see cref="Cartridge.HostError"/>.</summary>
    HostFull,

    /// <summary>
    /// Objects that were acknowledged before did not reach the file, and nothing was written now; answered once, and then
    /// <see cref="HostFull"/> or <see cref="HostError"/>. See <see cref="Cartridge.HostError"/>.
    /// </summary>
    EarlierLost,

    /// <summary>The host failed, now or in an earlier synchronisation: nothing was written; see <see cref="Cartridge.HostError"/>.</summary>
    HostError,

    /// <summary>The cartridge file is truncated and the position is not its beginning: nothing was written.</summary>
    EndOfDataNotFound,

    /// <summary>A write-once cartridge, and the position is before its end of data: nothing was written.</summary>
    WriteOnce,

    /// <summary>Opened read-only, or the write protect tab is set.</summary>
    WriteProtected,
}

/// <summary>Result of an append.</summary>
/// <param name="Status">Whether it was written.</param>
/// <param name="Count">How many objects were written (filemarks can stop half way).</param>
/// <param name="EarlyWarning">The position after the write is beyond early warning.</param>
public readonly record struct AppendResult(AppendStatus Status, int Count, bool EarlyWarning);
