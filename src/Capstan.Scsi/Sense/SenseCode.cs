namespace Capstan.Scsi;

/// <summary>
/// Additional sense code and qualifier as one value. Named conditions are members of the partial files beside this one;
/// hexadecimal ASC/ASCQ outside this folder fails the architecture tests.
/// </summary>
/// <param name="Asc">ADDITIONAL SENSE CODE.</param>
/// <param name="Ascq">ADDITIONAL SENSE CODE QUALIFIER.</param>
public readonly partial record struct SenseCode(byte Asc, byte Ascq)
{
    private readonly record struct Entry(byte Asc, byte Ascq, SenseCodeDevices Devices, string Text);

    /// <summary>As drive manuals write it: <c>3B/0D</c>.</summary>
    public override string ToString() => $"{Asc:X2}/{Ascq:X2}";
}

/// <summary>Which device types a code is assigned to in T10's numeric list.</summary>
[Flags]
public enum SenseCodeDevices : byte
{
    /// <summary>In no list that is known here.</summary>
    None = 0,

    /// <summary>Sequential-access devices, column T.</summary>
    Tape = 1,

    /// <summary>Media changers, column M.</summary>
    Changer = 2,

    /// <summary>Not T10's: ASC or ASCQ of 80h and above, or a device that uses an assigned code its own way.</summary>
    Vendor = 4,
}
