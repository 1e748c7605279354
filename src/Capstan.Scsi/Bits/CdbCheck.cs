namespace Capstan.Scsi;

/// <summary>
/// The checks every CDB shares, and the wider integers. A command's usage data (SPC-4 6.35.3) is both what REPORT SUPPORTED OPERATION
/// CODES answers and what decides which bits are reserved: byte 0 is the operation code, in the others a one marks a bit of a field.
/// </summary>
internal static class CdbCheck
{
    /// <summary>Whether the CDB is long enough, of this command, and has no bit set that belongs to no field.</summary>
    public static bool Passes(ReadOnlySpan<byte> cdb, ReadOnlySpan<byte> usageData, out BitField invalid)
    {
        invalid = default;
        if (cdb.Length < usageData.Length)
        {
            invalid = BitField.WholeByte(cdb.Length);
            return false;
        }

        if (cdb[0] != usageData[0])
        {
            invalid = BitField.WholeByte(0);
            return false;
        }

        for (int i = 1; i < usageData.Length; i++)
        {
            int reserved = cdb[i] & ~usageData[i];
            if (reserved != 0)
            {
                // SPC-4 4.5.2.4.2: the bit pointer names the most significant bit in error.
                invalid = BitField.Bit(i, 31 - int.LeadingZeroCount(reserved));
                return false;
            }
        }

        return true;
    }

    /// <summary>Refuses a field: sets <paramref name="invalid"/> and answers false.</summary>
    public static bool Refuse(BitField field, out BitField invalid)
    {
        invalid = field;
        return false;
    }
}
