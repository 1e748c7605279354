using System.Buffers.Binary;
using System.Globalization;
using Capstan.Scsi;

namespace Capstan.Operations.Mtx;

/// <summary>Sense data in the lines that mtx prints. Scripts look for "Error Code=" among them to know that a second try may help.</summary>
internal static class MtxSense
{
    public static IReadOnlyList<string> Describe(in SenseData sense)
    {
        var lines = new List<string>
        {
            "Long Report=yes",
            "Valid Residual=" + YesNo(sense.Information is not null),
            "Error Code=" + (sense.IsDeferred ? "71 (Deferred)" : "70 (Current)"),
            "Sense Key=" + NameOf(sense.Key),
            "FileMark=" + YesNo(sense.Filemark),
            "EOM=" + YesNo(sense.EndOfMedium),
            "ILI=" + YesNo(sense.IncorrectLengthIndicator),
        };
        if (sense.Information is { } information)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, unchecked((int)information));
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"Residual = {bytes[0]:X2} {bytes[1]:X2} {bytes[2]:X2} {bytes[3]:X2}"));
        }

        lines.Add(string.Create(CultureInfo.InvariantCulture, $"Additional Sense Code = {sense.Code.Asc:X2}"));
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"Additional Sense Qualifier = {sense.Code.Ascq:X2}"));
        if (sense.FieldPointer?.Bit is { } bit)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"Field in Error = {bit:X2}"));
        lines.Add("BPV=" + YesNo(sense.FieldPointer?.Bit is not null));
        lines.Add("Error in CDB=" + YesNo(sense.FieldPointer?.InCdb == true));
        lines.Add("SKSV=" + YesNo(sense.FieldPointer is not null));
        if (sense.FieldPointer is { } pointer)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"Field Pointer = {pointer.Byte >> 8:X2} {pointer.Byte & 0xFF:X2}"));
        return [.. lines.Select(static line => "mtx: Request Sense: " + line)];
    }

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string NameOf(SenseKey key) => key switch
    {
        SenseKey.NoSense => "No Sense",
        SenseKey.RecoveredError => "Recovered Error",
        SenseKey.NotReady => "Not Ready",
        SenseKey.MediumError => "Medium Error",
        SenseKey.HardwareError => "Hardware Error",
        SenseKey.IllegalRequest => "Illegal Request",
        SenseKey.UnitAttention => "Unit Attention",
        SenseKey.DataProtect => "Data Protect",
        SenseKey.BlankCheck => "Blank Check",
        SenseKey.AbortedCommand => "Aborted Command",
        SenseKey.VolumeOverflow => "Volume Overflow",
        SenseKey.Miscompare => "Miscompare",
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)key:X}"),
    };
}
