using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>REPORT DENSITY SUPPORT, SSC-4 7.9: 52 bytes a density, 56 a medium type.</summary>
public class ReportDensitySupportTests
{
    [Fact]
    public void An_LTO5_drive_reports_what_a_captured_one_does()
    {
        // tests/fixtures/hex/lto5-report-density.hex, but for the length that counts only with DLV, and a single default.
        const string captured =
            "009E0000"
            + "44442000000025A6007F02C00005D21D" + "4C544F2D43564520552D33313620202055" + "6C747269756D20332F31365420202020202020"
            + "4646A000000031B5007F0380000C3500" + "4C544F2D43564520552D34313620202055" + "6C747269756D20342F31365420202020202020"
            + "5858A00000003B26007F05000016E360" + "4C544F2D43564520552D35313620202055" + "6C747269756D20352F31365420202020202020";
        using var drive = new DriveRig(model: VirtualDriveModel.Find("ibm-lto5"));
        byte[] answer = drive.Good("44 00 00 00 00 00 00 02 00 00", dataIn: 512);
        byte[] expected = Convert.FromHexString(captured);
        expected[4 + 2] = 0;
        expected[4 + 52 + 2] = 0x80;
        // Capacity of LTO-3: 400,000 MB by its name; the capture counts MiB there (381,469).
        (expected[4 + 12], expected[4 + 13], expected[4 + 14], expected[4 + 15]) = (0x00, 0x06, 0x1A, 0x80);
        Convert.ToHexString(answer).ShouldBe(Convert.ToHexString(expected));
    }

    [Fact]
    public void The_medium_that_is_in_it()
    {
        using var drive = new DriveRig(capacityBytes: 500_000_000, medium: MediumType.Lto8);
        byte[] answer = drive.Good("44 01 00 00 00 00 00 02 00 00", dataIn: 512);
        answer.Length.ShouldBe(56);
        Convert.ToHexString(answer, 0, 7).ShouldBe("00360000" + "5E5E80");
        // 500 MB.
        Convert.ToHexString(answer, 16, 4).ShouldBe("000001F4");
        using var empty = new DriveRig(loaded: false);
        empty.Check("44 01 00 00 00 00 00 02 00 00", "70 00 02 00000000 0A 00000000 3A00 00 000000", dataIn: 512);
        empty.Good("44 00 00 00 00 00 00 02 00 00", dataIn: 512).Length.ShouldBe(4 + 2 * 52);
    }

    [Fact]
    public void Medium_types_in_the_notation_of_the_vendor()
    {
        using var ibm = new DriveRig(model: VirtualDriveModel.Find("ibm-lto8"));
        byte[] types = ibm.Good("44 02 00 00 00 00 00 08 00 00", dataIn: 2048);
        types.Length.ShouldBe(4 + 4 * 56);
        Enumerable.Range(0, 4).Select(i => types[4 + i * 56]).ShouldBe([0x78, 0x7C, 0x88, 0x8C]);
        // LTO-7 cartridges take two densities there: LTO-7 and M8.
        Convert.ToHexString(types, 4 + 4, 4).ShouldBe("025C5D00");
        using var hpe = new DriveRig(model: VirtualDriveModel.Find("hpe-lto8"), worm: true);
        hpe.Good("44 03 00 00 00 00 00 02 00 00", dataIn: 512)[4].ShouldBe((byte)0x01);
    }

    [Fact]
    public void Quantum_fills_the_allocation_length_up()
    {
        using var drive = new DriveRig(model: VirtualDriveModel.Find("quantum-lto7"));
        byte[] answer = drive.Good("44 00 00 00 00 00 00 02 00 00", dataIn: 512);
        answer.Length.ShouldBe(512);
        answer[(4 + 3 * 52)..].ShouldAllBe(value => value == 0);
    }
}
