using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Log parameters that are more than one value. Each reader takes what is there: a field that is cut off is left out.</summary>
internal static partial class LogStructures
{
    /// <summary>The parts of a parameter value; none when its form has no parts, or it is too short for any.</summary>
    public static IReadOnlyList<LogFieldValue> Read(LogForm form, ReadOnlySpan<byte> value, string unit) => form switch
    {
        LogForm.PartitionMegabytes => Partitions(value, 4, unit),
        LogForm.PartitionObjects => Partitions(value, 8, unit),
        LogForm.MountHistory => MountHistory(value),
        LogForm.MediumHours => MediumHours(value),
        LogForm.VeryHighFrequency => VeryHighFrequency(value),
        LogForm.EncryptionControl => Bits(value, EncryptionBits),
        LogForm.KeyManagementError => KeyManagementError(value),
        LogForm.AlertBits => Alerts(value),
        LogForm.RecoveryProcedures => Recovery(value),
        LogForm.TapeDiagnostic => TapeDiagnostic(value),
        LogForm.ServiceBuffer => ServiceBuffer(value),
        LogForm.SasPort => SasPort(value),
        LogForm.SelfTest => SelfTest(value),
        LogForm.Wellness => Wellness(value),
        LogForm.HardwareError => HardwareError(value),
        LogForm.DeviceStatus => DeviceStatus(value),
        _ => [],
    };

    /// <summary>
    /// Records of a partition number and a counter (SSC-4 8.2.8.3): LENGTH, not counting itself, then a reserved byte, the partition in two,
    /// and the counter in the rest. How many there are, and how long, the drive alone decides.
    /// </summary>
    // byte 0    PARTITION RECORD DATA COUNTER DESCRIPTOR LENGTH (n-1 bytes follow)
    // byte 2-3  PARTITION NUMBER
    // byte 4-n  counter
    private static List<LogFieldValue> Partitions(ReadOnlySpan<byte> value, int usualBytes, string unit)
    {
        var fields = new List<LogFieldValue>();
        while (value.Length > 4)
        {
            // A record without a length is the padding of a drive that answers more than there is, or has its usual length.
            int length = value[0] == 0 ? 4 + usualBytes : value[0] + 1;
            if (value[0] == 0 && fields.Count > 0)
                break;
            if (length <= 4 || length > value.Length)
                break;
            int partition = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
            ReadOnlySpan<byte> counter = value[4..length];
            LogValue number = counter.Length > 8 ? LogValue.OfBytes(counter)
                : counter.ContainsAnyExcept((byte)0xFF) ? LogValue.Of(LogDecoder.ReadUnsigned(counter)) : LogValue.Unknown;
            fields.Add(new LogFieldValue($"partition {partition}", number, unit, partition));
            value = value[length..];
        }

        return fields;
    }

    // SSC-4 8.2.8.4: records of an index and, with one that was used, vendor and serial number of the drive.
    private static List<LogFieldValue> MountHistory(ReadOnlySpan<byte> value)
    {
        var fields = new List<LogFieldValue>();
        while (value.Length >= 4)
        {
            int length = value[0] + 1;
            if (length < 4 || length > value.Length)
                break;
            int index = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
            if (length > 12)
            {
                string vendor = AsciiField.Read(value[4..12]);
                string serial = AsciiField.Read(value[12..length]);
                if (vendor.Length + serial.Length > 0)
                    fields.Add(new LogFieldValue($"mount {index}", LogValue.Of($"{vendor} {serial}".Trim())));
            }

            value = value[length..];
        }

        return fields;
    }

    // SSC-4 8.2.2.4: eight bytes a medium type.
    private static List<LogFieldValue> MediumHours(ReadOnlySpan<byte> value)
    {
        var fields = new List<LogFieldValue>();
        for (; value.Length >= 8; value = value[8..])
            fields.Add(new LogFieldValue($"density {value[2]:x2}h, medium type {value[3]:x2}h", LogValue.Of(BinaryPrimitives.ReadUInt32BigEndian(value[4..])), "h"));
        return fields;
    }

    private static List<LogFieldValue> Alerts(ReadOnlySpan<byte> value)
    {
        if (value.Length < 8)
            return [];
        TapeAlertSet set = TapeAlertSet.OfBitmap(value);
        return [.. TapeAlertFlag.All.Select(flag => new LogFieldValue(flag.Name, LogValue.Of(set.Contains(flag.Number))))];
    }

    // SSC-4 8.2.5: a list of bytes, the first one to be tried first.
    private static List<LogFieldValue> Recovery(ReadOnlySpan<byte> value)
    {
        var fields = new List<LogFieldValue>();
        for (int i = 0; i < value.Length; i++)
            fields.Add(new LogFieldValue($"procedure {i + 1}", LogValue.Of(RecoveryText(value[i]))));
        return fields;
    }

    private static string RecoveryText(byte procedure) => procedure switch
    {
        0x00 => "none requested",
        0x01 => "requested, and none defined",
        0x02 => "push the volume in",
        0x03 => "take the volume out and insert it again",
        0x04 => "unload, take the volume out and insert it again",
        0x05 => "switch the drive off and on",
        0x06 => "load the volume",
        0x07 => "unload the volume",
        0x08 => "reset the logical unit",
        0x09 => "none defined: call the service",
        0x0A => "unload, take the volume out and keep it apart",
        0x0B => "insert no volume, and call the service",
        0x0C => "unload, take the volume out, and call the service",
        0x0D => "have the drive make an error log",
        0x0E => "fetch the drive's error log",
        0x0F => "allow a microcode update and insert the volume again",
        _ => $"procedure {procedure:x2}h",
    };

    private static void AddSense(List<LogFieldValue> fields, int key, byte asc, byte ascq)
    {
        fields.Add(new LogFieldValue("sense", LogValue.Of(
            key == 0 && asc == 0 && ascq == 0 ? "none" : new SenseData { Key = (SenseKey)key, Code = new SenseCode(asc, ascq) }.ToString())));
    }

    private static void AddNumber(List<LogFieldValue> fields, string name, ReadOnlySpan<byte> value, int offset, int length, string unit = "")
    {
        if (value.Length >= offset + length)
            fields.Add(new LogFieldValue(name, LogValue.Of(LogDecoder.ReadUnsigned(value.Slice(offset, length))), unit));
    }

    private static List<LogFieldValue> Bits(ReadOnlySpan<byte> value, (int Byte, int Bit, string Name)[] bits)
    {
        var fields = new List<LogFieldValue>();
        foreach ((int at, int bit, string name) in bits)
        {
            if (at < value.Length)
                fields.Add(new LogFieldValue(name, LogValue.Of((value[at] >> bit & 1) != 0)));
        }

        return fields;
    }
}
