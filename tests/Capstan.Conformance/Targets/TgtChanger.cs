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
            "MoveMedium.AnAddressThatIsNotThereIsRefused")
        .Lacks(
            "READ ELEMENT STATUS tells every element from the starting address on, however few NUMBER OF ELEMENTS asks for (usr/smc.c, build_element_descriptors)",
            "ElementRanges.FromAStartingAddressOn")
        .Lacks(
            "a descriptor is cut where the allocation length ends (usr/smc.c, smc_read_element_status)",
            "ElementRanges.DescriptorsComeWholeOrNotAtAll")
        .Lacks(
            "the report ends eight bytes before its last descriptor does (usr/smc.c, element_status_data_hdr), which cuts the identifier",
            "ElementRanges.DrivesHaveIdentifiers");
}
