using System.Text.Json.Serialization;

namespace Capstan.Operations.Movement;

/// <summary>A movement by the name that mt has for it.</summary>
public enum TapeMove
{
    Rewind,

    /// <summary>Over COUNT filemarks; stands behind the last one.</summary>
    Fsf,

    /// <summary>Back over COUNT filemarks; stands before the last one passed, which is the end of a file.</summary>
    Bsf,

    /// <summary>Over COUNT filemarks, and stands before the last one.</summary>
    Fsfm,

    /// <summary>Back over COUNT filemarks, and stands behind the last one passed, which is the beginning of a file.</summary>
    Bsfm,

    /// <summary>Over COUNT blocks; ends behind a filemark that is in the way.</summary>
    Fsr,

    /// <summary>Back over COUNT blocks; ends before a filemark that is in the way.</summary>
    Bsr,

    /// <summary>To the beginning of file COUNT.</summary>
    Asf,

    /// <summary>To the end of data.</summary>
    Eod,

    /// <summary>To logical object COUNT.</summary>
    Seek,

    /// <summary>To the end of the reel and back.</summary>
    Retension,
}

/// <summary>What to do.</summary>
/// <param name="Device">--device.</param>
/// <param name="Count">How often, or where to; not negative.</param>
/// <param name="Partition">With <see cref="TapeMove.Seek"/>: in this partition, 0 to 255; null in the one where the tape stands.</param>
public sealed record MoveRequest(string? Device, TapeMove Move, long Count = 1, int? Partition = null);

/// <summary>What a movement did.</summary>
/// <param name="Action">The verb.</param>
/// <param name="Count">What was asked for; null where the verb takes none.</param>
/// <param name="Stopped">What ended it before its count: end of data, beginning of partition, filemark; null when nothing did.</param>
/// <param name="Missing">How many of the count were not done; null when all were, or the drive does not say.</param>
/// <param name="Position">Where the tape stands now; null when the drive does not tell.</param>
/// <param name="ReportsPosition">Whether this drive tells at all where its tape stands.</param>
/// <param name="Reason">Why it is not what was asked for; null when it is.</param>
public sealed record MoveReport(
    string Device, string PickedBy, string Action, long? Count, string? Stopped, long? Missing, PositionReport? Position, bool ReportsPosition,
    string? Reason, [property: JsonIgnore] ExitStatus Status);

/// <summary>Filemarks to write where the tape stands.</summary>
/// <param name="Count">0 only brings the drive's buffer to the medium.</param>
/// <param name="OverwriteLabelled">Also where that cuts a tape that Capstan labelled.</param>
public sealed record WeofRequest(string? Device, int Count, bool OverwriteLabelled);

/// <summary>Locks or frees the cartridge.</summary>
/// <param name="Locked">What it is now.</param>
public sealed record LockReport(string Device, string PickedBy, bool Locked);

/// <summary>Everything that READ POSITION told.</summary>
/// <param name="Position">What the forms say together.</param>
/// <param name="BeyondProgrammableEarlyWarning">BPEW.</param>
/// <param name="ObjectsInBuffer">Written objects that are not on the medium yet; null where the drive does not tell.</param>
/// <param name="BytesInBuffer">Their bytes; null where the drive does not tell.</param>
/// <param name="FirstBufferedObject">The object that goes to the medium next: everything before it is on tape.</param>
/// <param name="Forms">Which forms of the command the drive answered: short, long, extended.</param>
public sealed record TellReport(
    string Device, string? PickedBy, PositionReport? Position, bool BeyondProgrammableEarlyWarning, long? ObjectsInBuffer, long? BytesInBuffer,
    long? FirstBufferedObject, IReadOnlyList<string> Forms, string? Reason, [property: JsonIgnore] ExitStatus Status);
