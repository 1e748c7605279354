using System.Reflection;
using System.Text.RegularExpressions;
using Capstan.Scsi;

namespace Capstan.Scsi.Tests.Sense;

/// <summary>Expected texts are those of T10's numeric list of ASC/ASCQ assignments.</summary>
public partial class SenseCodeTests
{
    private static readonly (string Name, SenseCode Code)[] Named =
    [
        .. typeof(SenseCode).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(SenseCode))
            .Select(property => (property.Name, (SenseCode)property.GetValue(null)!)),
    ];

    [Theory]
    [InlineData(0x00, 0x01, "FILEMARK DETECTED")]
    [InlineData(0x00, 0x02, "END-OF-PARTITION/MEDIUM DETECTED")]
    [InlineData(0x00, 0x04, "BEGINNING-OF-PARTITION/MEDIUM DETECTED")]
    [InlineData(0x00, 0x05, "END-OF-DATA DETECTED")]
    [InlineData(0x00, 0x07, "PROGRAMMABLE EARLY WARNING DETECTED")]
    [InlineData(0x00, 0x16, "OPERATION IN PROGRESS")]
    [InlineData(0x04, 0x01, "LOGICAL UNIT IS IN PROCESS OF BECOMING READY")]
    [InlineData(0x04, 0x12, "LOGICAL UNIT NOT READY, OFFLINE")]
    [InlineData(0x10, 0x01, "LOGICAL BLOCK GUARD CHECK FAILED")]
    [InlineData(0x11, 0x00, "UNRECOVERED READ ERROR")]
    [InlineData(0x14, 0x03, "END-OF-DATA NOT FOUND")]
    [InlineData(0x20, 0x00, "INVALID COMMAND OPERATION CODE")]
    [InlineData(0x21, 0x01, "INVALID ELEMENT ADDRESS")]
    [InlineData(0x24, 0x00, "INVALID FIELD IN CDB")]
    [InlineData(0x26, 0x00, "INVALID FIELD IN PARAMETER LIST")]
    [InlineData(0x27, 0x00, "WRITE PROTECTED")]
    [InlineData(0x28, 0x00, "NOT READY TO READY CHANGE, MEDIUM MAY HAVE CHANGED")]
    [InlineData(0x29, 0x00, "POWER ON, RESET, OR BUS DEVICE RESET OCCURRED")]
    [InlineData(0x2A, 0x13, "DATA ENCRYPTION KEY INSTANCE COUNTER HAS CHANGED")]
    [InlineData(0x30, 0x0C, "WORM MEDIUM - OVERWRITE ATTEMPTED")]
    [InlineData(0x3A, 0x04, "MEDIUM NOT PRESENT - MEDIUM AUXILIARY MEMORY ACCESSIBLE")]
    [InlineData(0x3B, 0x0D, "MEDIUM DESTINATION ELEMENT FULL")]
    [InlineData(0x3B, 0x1C, "TOO MANY LOGICAL OBJECTS ON PARTITION TO SUPPORT OPERATION")]
    [InlineData(0x3F, 0x12, "iSCSI IP ADDRESS ADDED")]
    [InlineData(0x50, 0x01, "WRITE APPEND POSITION ERROR")]
    [InlineData(0x53, 0x0D, "DATA TRANSFER DEVICE ERROR - LIBRARY COMMUNICATION FAILED")]
    [InlineData(0x55, 0x08, "MAXIMUM NUMBER OF SUPPLEMENTAL DECRYPTION KEYS EXCEEDED")]
    [InlineData(0x5D, 0xFF, "FAILURE PREDICTION THRESHOLD EXCEEDED (FALSE)")]
    [InlineData(0x71, 0x00, "DECOMPRESSION EXCEPTION LONG ALGORITHM ID")]
    [InlineData(0x74, 0x71, "LOGICAL UNIT ACCESS NOT AUTHORIZED")]
    public void Text_is_T10s(byte asc, byte ascq, string text) =>
        new SenseCode(asc, ascq).Text.ShouldBe(text, StringCompareShould.IgnoreCase);

    [Fact]
    public void Every_name_is_its_text_in_pascal_case()
    {
        Named.Length.ShouldBeGreaterThan(400);
        foreach ((string name, SenseCode code) in Named.Where(named => !named.Code.IsVendorSpecific))
        {
            string pascal = string.Concat(Words().Matches(code.Text).Select(word => char.ToUpperInvariant(word.Value[0]) + word.Value[1..].ToLowerInvariant()));
            name.ShouldBe(pascal, code.ToString());
        }
    }

    [Fact]
    public void No_two_names_share_a_code() => Named.Select(named => named.Code).ShouldBeUnique();

    [Theory]
    [InlineData(0x40, 0x85, "Diagnostic failure on component 85h")]
    [InlineData(0x4D, 0x1F, "Tagged overlapped commands (task tag 1Fh)")]
    [InlineData(0x70, 0x10, "Decompression exception short algorithm ID of 10h")]
    public void Numbered_codes_carry_their_number(byte asc, byte ascq, string text)
    {
        new SenseCode(asc, ascq).Text.ShouldBe(text);
        new SenseCode(asc, ascq).IsVendorSpecific.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0x82, 0x82, "Vendor specific: Drive requires cleaning (IBM, HP LTO)")]
    [InlineData(0xEF, 0x10, "Vendor specific: Encryption key required (IBM LTO)")]
    [InlineData(0xEF, 0x11, "Vendor specific: Encryption key manager error (IBM LTO)")]
    [InlineData(0x80, 0x12, "Vendor specific: Library hardware error (IBM TS3100/TS3200)")]
    [InlineData(0x90, 0x00, "Vendor specific")]
    [InlineData(0x83, 0x01, "Vendor specific: Label cannot be read (Exabyte)")]
    [InlineData(0x3B, 0x90, "Vendor specific: Source cartridge is loaded in the tape drive and not accessible (Exabyte)")]
    [InlineData(0x84, 0x01, "Vendor specific")]
    [InlineData(0x04, 0x83, "Vendor specific")]
    [InlineData(0x04, 0xF0, "Vendor specific")]
    public void Vendor_codes_are_marked(byte asc, byte ascq, string text)
    {
        new SenseCode(asc, ascq).Text.ShouldBe(text);
        new SenseCode(asc, ascq).IsVendorSpecific.ShouldBeTrue();
    }

    [Fact]
    public void Columns_of_the_list_are_kept()
    {
        SenseCode.FilemarkDetected.Devices.ShouldBe(SenseCodeDevices.Tape);
        SenseCode.ElementDisabled.Devices.ShouldBe(SenseCodeDevices.Changer);
        SenseCode.MediumNotPresent.Devices.ShouldBe(SenseCodeDevices.Tape | SenseCodeDevices.Changer);
        new SenseCode(0x40, 0x00).Devices.ShouldBe(SenseCodeDevices.None);
    }

    [Fact]
    public void Every_possible_code_has_a_text()
    {
        for (int code = 0; code <= 0xFFFF; code++)
            new SenseCode((byte)(code >> 8), (byte)code).Text.ShouldNotBeNullOrEmpty();
    }

    /// <summary>What a changer has to say, column M of T10's list.</summary>
    [Fact]
    public void Codes_of_changers()
    {
        (string Code, string Text, SenseCode Named)[] expected =
        [
            ("04/01", "LOGICAL UNIT IS IN PROCESS OF BECOMING READY", SenseCode.LogicalUnitIsInProcessOfBecomingReady),
            ("04/18", "LOGICAL UNIT NOT READY, A DOOR IS OPEN", SenseCode.LogicalUnitNotReadyADoorIsOpen),
            ("21/01", "INVALID ELEMENT ADDRESS", SenseCode.InvalidElementAddress),
            ("28/01", "IMPORT OR EXPORT ELEMENT ACCESSED", SenseCode.ImportOrExportElementAccessed),
            ("3B/0D", "MEDIUM DESTINATION ELEMENT FULL", SenseCode.MediumDestinationElementFull),
            ("3B/0E", "MEDIUM SOURCE ELEMENT EMPTY", SenseCode.MediumSourceElementEmpty),
            ("3B/11", "MEDIUM MAGAZINE NOT ACCESSIBLE", SenseCode.MediumMagazineNotAccessible),
            ("3B/12", "MEDIUM MAGAZINE REMOVED", SenseCode.MediumMagazineRemoved),
            ("3B/13", "MEDIUM MAGAZINE INSERTED", SenseCode.MediumMagazineInserted),
            ("3B/18", "ELEMENT DISABLED", SenseCode.ElementDisabled),
            ("3B/19", "ELEMENT ENABLED", SenseCode.ElementEnabled),
            ("3B/1A", "DATA TRANSFER DEVICE REMOVED", SenseCode.DataTransferDeviceRemoved),
            ("53/00", "MEDIA LOAD OR EJECT FAILED", SenseCode.MediaLoadOrEjectFailed),
            ("53/02", "MEDIUM REMOVAL PREVENTED", SenseCode.MediumRemovalPrevented),
            ("5A/01", "OPERATOR MEDIUM REMOVAL REQUEST", SenseCode.OperatorMediumRemovalRequest),
        ];
        foreach ((string code, string text, SenseCode named) in expected)
        {
            named.ToString().ShouldBe(code);
            named.Text.ToUpperInvariant().ShouldBe(text);
            named.Devices.HasFlag(SenseCodeDevices.Changer).ShouldBeTrue(code);
        }
    }

    [Fact]
    public void Codes_are_written_as_manuals_do() => SenseCode.MediumDestinationElementFull.ToString().ShouldBe("3B/0D");

    [GeneratedRegex("[A-Za-z0-9]+")]
    private static partial Regex Words();
}
