namespace Capstan.Emulation;

/// <summary>What a drive or a changer says about itself in INQUIRY.</summary>
/// <param name="SerialNumber">1 to 12 printable ASCII characters.</param>
/// <param name="Vendor">At most 8 characters.</param>
/// <param name="Product">At most 16 characters.</param>
/// <param name="Revision">At most 4 characters.</param>
public sealed record DeviceIdentity(
    string SerialNumber,
    string Vendor = "IBM",
    string Product = "ULT3580-TD9",
    string Revision = "CAP1");
