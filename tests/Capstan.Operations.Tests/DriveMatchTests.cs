using Capstan.Changer;
using Capstan.Operations.Changer;
using Capstan.Scsi;

namespace Capstan.Operations.Tests;

/// <summary>Which drive is in which element.</summary>
public sealed class DriveMatchTests
{
    [Theory]
    [InlineData("CAP0000001", "CAP0000001")]
    [InlineData("  CAP0000001", "CAP0000001  ")]
    [InlineData("HU1234567A", "000HU1234567A")]
    [InlineData("cap0000001", "CAP0000001")]
    [InlineData("LONGSERIAL0000001", "RIAL0000001")]
    public void Drives_are_found_by_serial_numbers_of_all_forms(string told, string own)
    {
        var element = new LibraryElement(ElementType.DataTransfer, 256, 0) { Device = ElementDeviceIdentifier.OfSerialNumber(told) };
        DriveMatch.Find(element, [Candidate("other", "XYZZY_A2"), Candidate("right", own)], [element])?.Device.ShouldBe("right");
        DriveMatch.Find(element, [Candidate("one", own), Candidate("two", own)], [element]).ShouldBeNull();
        DriveMatch.Find(element, [Candidate("short", told[^1..])], [element]).ShouldBeNull();
        DriveMatch.Find(element with { Device = null }, [Candidate("right", own)], [element]).ShouldBeNull();
    }

    [Fact]
    public void A_drive_whose_number_was_said_needs_no_serial_number() =>
        DriveMatch.Find(new LibraryElement(ElementType.DataTransfer, 257, 1), [Candidate("a", null) with { Number = 0 }, Candidate("b", null) with { Number = 1 }], [])!.Device.ShouldBe("b");

    [Fact]
    public void Binary_identifiers_end_with_the_serial_number()
    {
        byte[] value = [.. "IBM     "u8, .. "ULT3580-TD9     "u8, .. "CAP0000001"u8, 0, 0];
        var device = new ElementDeviceIdentifier(DesignatorCodeSet.Binary, DesignatorType.VendorSpecific, [.. value]);
        var element = new LibraryElement(ElementType.DataTransfer, 256, 0) { Device = device };
        DriveMatch.Find(element, [Candidate("other", "CAP0000002"), Candidate("right", "CAP0000001")], [element])!.Device.ShouldBe("right");
    }

    private static DriveCandidate Candidate(string device, string? serial) => new(device, serial, () => throw new InvalidOperationException());
}
