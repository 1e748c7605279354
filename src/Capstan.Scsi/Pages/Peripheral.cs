namespace Capstan.Scsi;

/// <summary>PERIPHERAL DEVICE TYPE (SPC-4 6.6.2); values not listed are passed on as they are.</summary>
public enum PeripheralDeviceType : byte
{
    Disk = 0x00,
    Tape = 0x01,
    Processor = 0x03,
    CdDvd = 0x05,
    MediumChanger = 0x08,
    StorageArrayController = 0x0C,
    EnclosureServices = 0x0D,
    WellKnownLogicalUnit = 0x1E,
    Unknown = 0x1F,
}

/// <summary>Byte 0 of INQUIRY data and of every VPD page.</summary>
/// <param name="Qualifier">0 connected, 1 not connected, 3 no such logical unit; 0 to 7.</param>
/// <param name="DeviceType">What the logical unit is.</param>
// byte 0    7:5 PERIPHERAL QUALIFIER   4:0 PERIPHERAL DEVICE TYPE
public readonly record struct Peripheral(byte Qualifier, PeripheralDeviceType DeviceType)
{
    private static readonly BitField QualifierField = new(Byte: 0, High: 7, Low: 5);
    private static readonly BitField DeviceTypeField = new(Byte: 0, High: 4, Low: 0);

    /// <summary>A connected tape drive.</summary>
    public static Peripheral Tape => new(0, PeripheralDeviceType.Tape);

    internal static Peripheral Read(ReadOnlySpan<byte> data) =>
        new((byte)QualifierField.Get(data), (PeripheralDeviceType)DeviceTypeField.Get(data));

    internal void Write(Span<byte> data)
    {
        QualifierField.Set(data, Qualifier);
        DeviceTypeField.Set(data, (int)DeviceType);
    }
}
