using System.Buffers.Binary;

namespace Capstan.Scsi;

internal static partial class LogStructures
{
    // ADC-3 6.1.2.2.
    private static readonly (int Byte, int Bit, string Name)[] FrequentBits =
    [
        (0, 7, "medium removal prevented"),
        (0, 6, "host-initiated unload"),
        (0, 5, "cartridge memory accessible"),
        (0, 4, "compression enabled"),
        (0, 3, "write protected"),
        (0, 2, "cleaning requested"),
        (0, 1, "cleaning required"),
        (0, 0, "initialized"),
        (1, 7, "in transition"),
        (1, 5, "robotic access allowed"),
        (1, 4, "medium present"),
        (1, 2, "medium seated"),
        (1, 1, "medium threaded"),
        (1, 0, "data accessible"),
    ];

    private static readonly (int Byte, int Bit, string Name)[] FrequentEvents =
    [
        (3, 7, "vendor-specific data changed"),
        (3, 5, "tape diagnostic data created"),
        (3, 4, "encryption parameters present"),
        (3, 3, "encryption service requested"),
        (3, 2, "recovery requested"),
        (3, 1, "interface changed"),
        (3, 0, "TapeAlert state changed"),
    ];

    // ADC-3 6.1.2.4.
    private static readonly (int Byte, int Bit, string Name)[] EncryptionBits =
    [
        (1, 4, "aborted"),
        (1, 5, "key management error"),
        (1, 6, "decryption parameters requested"),
        (1, 7, "encryption parameters requested"),
    ];

    // HP LTO Ultrium technical reference manual, volume 3, page 3Eh.
    private static readonly (int Byte, int Bit, string Name)[] StatusBits =
    [
        (0, 2, "cleaning required"),
        (0, 1, "cleaning requested"),
        (0, 0, "cleaning tape exhausted"),
    ];

    // byte 2 DT DEVICE ACTIVITY
    private static List<LogFieldValue> VeryHighFrequency(ReadOnlySpan<byte> value)
    {
        List<LogFieldValue> fields = Bits(value, FrequentBits);
        if (value.Length > 2)
            fields.Add(new LogFieldValue("activity", LogValue.Of(DeviceActivityText.Of(value[2]))));
        fields.AddRange(Bits(value, FrequentEvents));
        return fields;
    }

    // ADC-3 6.1.2.5: error type, then the sequence identifier, then sense key, ASC and ASCQ.
    private static List<LogFieldValue> KeyManagementError(ReadOnlySpan<byte> value)
    {
        var fields = new List<LogFieldValue>();
        if (value.Length < 1)
            return fields;
        fields.Add(new LogFieldValue("error type", LogValue.Of(value[0] >> 4)));
        if (value.Length >= 7)
            AddSense(fields, value[4] & 0x0F, value[5], value[6]);
        return fields;
    }

    private static List<LogFieldValue> DeviceStatus(ReadOnlySpan<byte> value)
    {
        List<LogFieldValue> fields = Bits(value, StatusBits);
        if (value.Length > 1)
        {
            fields.Add(new LogFieldValue("temperature status", Grade(value[1] >> 2)));
            fields.Add(new LogFieldValue("drive", Grade(value[1])));
        }

        if (value.Length > 2)
            fields.Add(new LogFieldValue("medium", Grade(value[2])));
        return fields;

        static LogValue Grade(int bits) => (bits & 3) switch
        {
            0 => LogValue.Unknown,
            1 => LogValue.Of("good"),
            2 => LogValue.Of("degraded"),
            _ => LogValue.Of("failed"),
        };
    }

    // SPL-3 9.2.8.
    // byte 0    3:0 PROTOCOL IDENTIFIER (6: SAS)   byte 2 GENERATION CODE   byte 3 NUMBER OF PHYS   then the phy log descriptors:
    // byte 1    PHY IDENTIFIER   byte 3 SAS PHY LOG DESCRIPTOR LENGTH   byte 4  6:4 ATTACHED DEVICE TYPE   3:0 ATTACHED REASON
    // byte 5    7:4 REASON   3:0 NEGOTIATED LOGICAL LINK RATE   byte 8-15 SAS ADDRESS   byte 16-23 ATTACHED SAS ADDRESS
    // byte 32-35 INVALID DWORD COUNT   36-39 RUNNING DISPARITY ERROR COUNT   40-43 LOSS OF DWORD SYNCHRONIZATION   44-47 PHY RESET PROBLEM
    private static List<LogFieldValue> SasPort(ReadOnlySpan<byte> value)
    {
        var fields = new List<LogFieldValue>();
        if (value.Length < 4 || (value[0] & 0x0F) != 6)
            return fields;
        fields.Add(new LogFieldValue("protocol", LogValue.Of("SAS")));
        AddNumber(fields, "generation", value, 2, 1);
        for (ReadOnlySpan<byte> phy = value[4..]; phy.Length >= 4;)
        {
            int length = phy[3] + 4;
            if (length < 48 || phy.Length < 48)
                break;
            string name = $"phy {phy[1]}";
            fields.Add(new LogFieldValue($"{name} link rate", LogValue.Of(LinkRate(phy[5] & 0x0F))));
            fields.Add(new LogFieldValue($"{name} SAS address", LogValue.OfBytes(phy[8..16])));
            fields.Add(new LogFieldValue($"{name} attached SAS address", LogValue.OfBytes(phy[16..24])));
            AddNumber(fields, $"{name} invalid dwords", phy, 32, 4);
            AddNumber(fields, $"{name} running disparity errors", phy, 36, 4);
            AddNumber(fields, $"{name} losses of dword synchronization", phy, 40, 4);
            AddNumber(fields, $"{name} reset problems", phy, 44, 4);
            phy = phy[Math.Min(length, phy.Length)..];
        }

        return fields;
    }

    private static string LinkRate(int rate) => rate switch
    {
        0x0 => "not known",
        0x1 => "disabled",
        0x2 => "negotiation failed",
        0x5 => "reset in progress",
        0x8 => "1.5 Gbit/s",
        0x9 => "3 Gbit/s",
        0xA => "6 Gbit/s",
        0xB => "12 Gbit/s",
        0xC => "22.5 Gbit/s",
        _ => $"code {rate:x}h",
    };

    // ADC-3 6.1.3.
    private static List<LogFieldValue> ServiceBuffer(ReadOnlySpan<byte> value)
    {
        var fields = new List<LogFieldValue>();
        if (value.Length < 4)
            return fields;
        fields.Add(new LogFieldValue("buffer identifier", LogValue.Of(value[0])));
        fields.Add(new LogFieldValue("temporarily unavailable", LogValue.Of((value[1] & 0x10) != 0)));
        fields.Add(new LogFieldValue("title", LogValue.Of(AsciiField.Read(value[4..]))));
        return fields;
    }

    // SPC-4 7.3.15.
    private static List<LogFieldValue> SelfTest(ReadOnlySpan<byte> value)
    {
        var fields = new List<LogFieldValue>();
        if (value.Length < 15)
            return fields;
        fields.Add(new LogFieldValue("test", LogValue.Of(value[0] >> 5)));
        fields.Add(new LogFieldValue("result", LogValue.Of((value[0] & 0x0F) switch
        {
            0 => "passed",
            1 or 2 => "aborted",
            0xF => "in progress",
            var code => $"failed ({code:x}h)",
        })));
        fields.Add(new LogFieldValue("segment", LogValue.Of(value[1])));
        AddNumber(fields, "power-on time", value, 2, 2, "h");
        AddSense(fields, value[12] & 0x0F, value[13], value[14]);
        return fields;
    }

    // SSC-4 8.2.6.
    // byte 2 DENSITY CODE   3 MEDIUM TYPE   4-7 LIFETIME MEDIA MOTION HOURS   9  7 REPEAT  3:0 SENSE KEY   10 ASC   11 ASCQ
    // byte 12-15 VENDOR-SPECIFIC CODE QUALIFIER   16-19 PRODUCT REVISION LEVEL   20-23 HOURS SINCE LAST CLEAN   24 OPERATION CODE
    // byte 25 4:0 SERVICE ACTION   28-59 MEDIUM ID NUMBER   61 2:0 TIMESTAMP ORIGIN   62-67 TIMESTAMP
    private static List<LogFieldValue> TapeDiagnostic(ReadOnlySpan<byte> value)
    {
        var fields = new List<LogFieldValue>();
        if (value.Length < 26)
            return fields;
        fields.Add(new LogFieldValue("density", LogValue.Of($"{value[2]:x2}h")));
        fields.Add(new LogFieldValue("medium type", LogValue.Of($"{value[3]:x2}h")));
        AddNumber(fields, "lifetime medium motion", value, 4, 4, "h");
        fields.Add(new LogFieldValue("repeated", LogValue.Of((value[9] & 0x80) != 0)));
        AddSense(fields, value[9] & 0x0F, value[10], value[11]);
        fields.Add(new LogFieldValue("vendor code", LogValue.OfBytes(value[12..16])));
        fields.Add(new LogFieldValue("firmware", LogValue.Of(AsciiField.Read(value[16..20]))));
        AddNumber(fields, "since the last cleaning", value, 20, 4, "h");
        fields.Add(new LogFieldValue("operation code", LogValue.Of($"{value[24]:x2}h")));
        fields.Add(new LogFieldValue("service action", LogValue.Of($"{value[25] & 0x1F:x2}h")));
        if (value.Length >= 60)
            fields.Add(new LogFieldValue("medium", LogValue.Of(AsciiField.Read(value[28..60]))));
        AddNumber(fields, "timestamp", value, 62, 6, "ms");
        return fields;
    }

    // HP LTO Ultrium technical reference manual, volume 3, page 33h.
    private static List<LogFieldValue> Wellness(ReadOnlySpan<byte> value)
    {
        var fields = new List<LogFieldValue>();
        if (value.Length < 12)
            return fields;
        AddNumber(fields, "time stamp", value, 0, 4);
        fields.Add(new LogFieldValue("medium signature", LogValue.OfBytes(value[4..8])));
        AddSense(fields, value[8] & 0x0F, value[9], value[10]);
        fields.Add(new LogFieldValue("additional information", LogValue.OfBytes(value[11..12])));
        return fields;
    }

    // HP LTO Ultrium technical reference manual, volume 3, page 35h.
    private static List<LogFieldValue> HardwareError(ReadOnlySpan<byte> value)
    {
        var fields = new List<LogFieldValue>();
        if (value.Length < 5)
            return fields;
        AddSense(fields, value[0] & 0x0F, value[1], value[2]);
        fields.Add(new LogFieldValue("error code", LogValue.OfBytes(value[3..5])));
        if (value.Length >= 13)
            fields.Add(new LogFieldValue("host", LogValue.OfBytes(value[5..13])));
        AddNumber(fields, "power-on count", value, 13, 2);
        AddNumber(fields, "power-on time", value, 15, 4, "s");
        return fields;
    }
}

/// <summary>DT DEVICE ACTIVITY in words (ADC-3 table 8; 0Ah on from ADC-4).</summary>
public static class DeviceActivityText
{
    public static string Of(byte activity) => activity switch
    {
        0x00 => "none",
        0x01 => "cleaning",
        0x02 => "loading",
        0x03 => "unloading",
        0x04 => "other tape activity",
        0x05 => "reading",
        0x06 => "writing",
        0x07 => "locating",
        0x08 => "rewinding",
        0x09 => "erasing",
        0x0A => "formatting",
        0x0B => "calibrating",
        0x0C => "other activity",
        0x0D => "updating microcode",
        0x0E => "reading encrypted data",
        0x0F => "writing encrypted data",
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"activity {activity:x2}h"),
    };
}
