namespace Capstan.Scsi;

/// <summary>
/// Additional sense code and qualifier as one value. Named conditions are members of the partial files beside this one;
/// hexadecimal ASC/ASCQ outside this folder fails the architecture tests.
/// </summary>
/// <param name="Asc">ADDITIONAL SENSE CODE.</param>
/// <param name="Ascq">ADDITIONAL SENSE CODE QUALIFIER.</param>
public readonly partial record struct SenseCode(byte Asc, byte Ascq);
