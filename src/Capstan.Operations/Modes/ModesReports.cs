using System.Text.Json.Serialization;

namespace Capstan.Operations.Modes;

/// <summary>Which mode pages to show.</summary>
/// <param name="Page">PAGE CODE; null for all.</param>
/// <param name="Subpage">SUBPAGE CODE; FFh for all of the page.</param>
public sealed record ModesRequest(string? Device, int? Page, int Subpage);

/// <summary>Mode parameters of a drive, or of a saved answer.</summary>
/// <param name="MediumType">MEDIUM TYPE.</param>
/// <param name="DensityCode">Of the block descriptor; null when there is none.</param>
/// <param name="BlockLength">Of the block descriptor, in bytes; 0 for variable blocks.</param>
/// <param name="SavedValues">Whether the drive keeps values over a power cycle and shows them; null where that was not asked.</param>
public sealed record ModesReport(
    string Device, string? PickedBy, int MediumType, bool WriteProtected, int BufferedMode, int Speed, int? DensityCode, string? Density, int? BlockLength,
    bool? SavedValues, IReadOnlyList<ModePageReport> Pages);

/// <summary>One mode page.</summary>
/// <param name="Page">In hexadecimal, with its subpage where it has one: <c>10/01</c>.</param>
/// <param name="Name">Null for a page that only its vendor describes.</param>
/// <param name="Saveable">PS: the drive can keep its values over a power cycle.</param>
/// <param name="Fields">By name; empty where the page is not known.</param>
/// <param name="Current">The whole page, in hexadecimal; so are the others, null where the drive does not tell them.</param>
public sealed record ModePageReport(
    string Page, string? Name, bool Saveable, IReadOnlyList<ModeFieldReport> Fields, string Current, string? Changeable, string? Default, string? Saved);

/// <summary>One field of a mode page.</summary>
/// <param name="Changeable">Whether MODE SELECT may change any bit of it; null where the drive does not tell.</param>
public sealed record ModeFieldReport(
    string Field, string Meaning, uint Current,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Changeable,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] uint? Default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] uint? Saved);

/// <summary>What a drive, or the medium in it, supports.</summary>
/// <param name="Medium">What the drive says of the medium in it; null when there is none, or it does not tell.</param>
/// <param name="MediumTypes">Kinds of cartridges; null where the drive does not tell them.</param>
public sealed record DensityReport(
    string Device, string? PickedBy, IReadOnlyList<DensityLine>? Densities, DensityLine? Medium, IReadOnlyList<MediumTypeLine>? MediumTypes);

/// <summary>One density.</summary>
/// <param name="MediaWidth">In millimetres.</param>
/// <param name="CapacityBytes">Native.</param>
public sealed record DensityLine(
    int Code, int SecondaryCode, string Generation, bool Writable, bool Default, int BitsPerMillimetre, double MediaWidth, int Tracks, long CapacityBytes,
    string Organization, string Name, string Description);

/// <summary>One kind of cartridge.</summary>
/// <param name="MediaWidth">In millimetres.</param>
/// <param name="Length">Of the tape, in metres.</param>
public sealed record MediumTypeLine(
    int Code, IReadOnlyList<int> Densities, double MediaWidth, int Length, string Organization, string Name, string Description);

/// <summary>What to set; null leaves it as it is.</summary>
/// <param name="BlockLengthBytes">0 for variable blocks.</param>
/// <param name="EarlyWarningMegabytes">How long before early warning the programmable one comes, in units of 10^6 bytes; 0 for never.</param>
/// <param name="IsDefaults">What the drive does not have need not be set.</param>
public sealed record OptionsRequest(
    string? Device, bool? Compression, int? BlockLengthBytes, bool? Buffering, int? EarlyWarningMegabytes = null, bool IsDefaults = false)
{
    /// <summary>The largest early warning there is.</summary>
    public const int LongestEarlyWarningMegabytes = Drive.TapeDrive.LongestEarlyWarningMegabytes;

    public bool SetsAnything => Compression is not null || BlockLengthBytes is not null || Buffering is not null || EarlyWarningMegabytes is not null;
}

/// <summary>How a drive is set.</summary>
/// <param name="Compression">Null where the drive does not tell.</param>
/// <param name="CompressionPossible">DCC; null where the drive does not tell.</param>
/// <param name="BlockLength">In bytes; 0 for variable blocks.</param>
/// <param name="Changed">Whether anything was sent to the drive.</param>
/// <param name="EarlyWarningMegabytes">Programmable early warning, in units of 10^6 bytes before the drive's own; 0 for none; null where the drive knows none.</param>
public sealed record OptionsReport(
    string Device, string PickedBy, bool? Compression, bool? CompressionPossible, int? BlockLength, bool Buffering, bool Changed, int? EarlyWarningMegabytes = null);
