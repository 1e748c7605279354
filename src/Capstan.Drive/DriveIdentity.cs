namespace Capstan.Drive;

/// <summary>INQUIRY and VPD 80h, trimmed.</summary>
/// <param name="SerialNumber">Unit serial number; empty where the drive has no VPD page 80h.</param>
public readonly record struct DriveIdentity(string Vendor, string Product, string Revision, string SerialNumber)
{
    internal static DriveIdentity Unknown { get; } = new("", "", "", "");

    public override string ToString() =>
        $"{Vendor} {Product}" + (SerialNumber.Length > 0 ? $", serial {SerialNumber}" : "") + $", firmware {Revision}";
}
