namespace Capstan.Changer;

/// <summary>INQUIRY and VPD 80h, trimmed.</summary>
/// <param name="SerialNumber">Unit serial number; empty where the changer has no VPD page 80h.</param>
public readonly record struct ChangerIdentity(string Vendor, string Product, string Revision, string SerialNumber)
{
    internal static ChangerIdentity Unknown { get; } = new("", "", "", "");

    public override string ToString() =>
        $"{Vendor} {Product}" + (SerialNumber.Length > 0 ? $", serial {SerialNumber}" : "") + $", firmware {Revision}";
}
