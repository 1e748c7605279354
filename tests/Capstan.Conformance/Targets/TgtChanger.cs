namespace Capstan.Conformance.Targets;

/// <summary>What the media changer of tgt 1.0.85 does not do, whatever path leads to it.</summary>
public static class TgtChanger
{
    public static Declarations Declared() => new Declarations()
        .IsBrokenBy(
            "READ ELEMENT STATUS of all types at once is answered, and every command after it with LOGICAL UNIT NOT SUPPORTED",
            "ReadElementStatus.AllElements")
        .Lacks(
            "BYTE COUNT OF REPORT AVAILABLE counts the header's own eight bytes",
            "ReadElementStatus.TheByteCountDoesNotCountTheHeader")
        .Lacks(
            "MOVE MEDIUM to an address that is not there is INVALID FIELD IN CDB instead of INVALID ELEMENT ADDRESS",
            "MoveMedium.AnAddressThatIsNotThereIsRefused");
}
