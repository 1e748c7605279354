using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Scsi;

namespace Capstan.Drive.Tests;

/// <summary>The driver on virtual drives that misbehave as real ones do: same blocks, same positions, same answers.</summary>
public class QuirkTests
{
    [Theory]
    [InlineData(VirtualQuirks.LocateFileOffByOne)]
    [InlineData(VirtualQuirks.AllocationLengthAnswered)]
    [InlineData(VirtualQuirks.LogPageLengthCountsHeader)]
    [InlineData(VirtualQuirks.ResidualNotReported)]
    [InlineData(VirtualQuirks.SixByteModesOnly)]
    [InlineData(VirtualQuirks.LocateFileOffByOne | VirtualQuirks.AllocationLengthAnswered | VirtualQuirks.LogPageLengthCountsHeader
        | VirtualQuirks.ResidualNotReported | VirtualQuirks.SixByteModesOnly)]
    public void Nothing_of_it_is_noticed_above_the_driver(VirtualQuirks quirks)
    {
        using var directory = new TestDirectory();
        VirtualLibrary.Create(directory.File("library"), new LibraryOptions { CartridgeCount = 1, CapacityBytes = 1L << 30, Quirks = quirks });
        using VirtualLibrary library = VirtualLibrary.Open(directory.File("library"));
        using TapeDrive drive = TapeDrive.Open(library.OpenDrive("virtual:test"));
        drive.LearnTimeouts();
        drive.ReportsTimeouts.ShouldBeTrue();
        drive.WaitUntilReady();
        drive.BeginWriting();
        for (int file = 0; file < 3; file++)
        {
            for (int block = 0; block < 4; block++)
                drive.Write(VirtualDrive.Block((file * 4) + block, 4096)).ShouldBe(WriteOutcome.Written);
            drive.WriteFilemarks(1);
        }

        // File by file, with a buffer of the block's length.
        var buffer = new byte[4096];
        drive.Rewind();
        drive.SpaceFilemarks(2);
        drive.ReadPosition().FileNumber.ShouldBe(2);
        drive.ReadPosition().ObjectId.ShouldBe(10);
        drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 4096));
        buffer.ShouldBe(VirtualDrive.Block(8, 4096));
        drive.Locate(5);
        drive.Read(buffer).Kind.ShouldBe(ReadKind.Block);
        buffer.ShouldBe(VirtualDrive.Block(4, 4096));

        // Pages are as long as they are.
        drive.ReadCapacity().ShouldNotBeNull().TotalBytes.ShouldBe(1L << 30);
        drive.ReadActivity().ShouldNotBeNull().IsValid.ShouldBeTrue();
        byte[] status = drive.ReadLogPage(0x11).Data.ShouldNotBeNull();
        LogDecoder.TryDecode(status, LogVendor.Any, out DecodedLogPage? page).ShouldBeTrue();
        page!.IsTruncated.ShouldBeFalse();
        page.Parameters.Select(parameter => parameter.Code).ShouldBe([(ushort)0, (ushort)1]);
        drive.ReadDensities(ofLoadedMedium: false).Select(density => density.PrimaryDensity).ShouldBe([(byte)0x5E, (byte)0x60]);
        drive.ChangeModes(0x0F, 0, static (header, bytes) =>
        {
            DataCompression.CompressionEnabledField.Set(bytes, false);
            return header;
        });
        ModeAnswer modes = drive.ReadModes(0x0F);
        modes.Form.ShouldBe((quirks & VirtualQuirks.SixByteModesOnly) != 0 ? ModeHeaderForm.Six : ModeHeaderForm.Ten);
        ModeParameters.TryDecode(modes.Data, modes.Form, out ModeParameters parameters).ShouldBeTrue();
        parameters.TryGet(out DataCompression compression).ShouldBeTrue();
        compression.CompressionEnabled.ShouldBeFalse();
    }

    /// <summary>Who does not tell the residual leaves only INFORMATION: a short block's length is proven by that, or the read says that it is not.</summary>
    [Fact]
    public void A_short_block_without_a_residual()
    {
        using var directory = new TestDirectory();
        VirtualLibrary.Create(directory.File("library"), new LibraryOptions { CartridgeCount = 1, CapacityBytes = 1L << 30, Quirks = VirtualQuirks.ResidualNotReported });
        using VirtualLibrary library = VirtualLibrary.Open(directory.File("library"));
        using TapeDrive drive = TapeDrive.Open(library.OpenDrive("virtual:test"));
        drive.ProbeResidual().ShouldBe(ResidualReport.NotTold);
        drive.WaitUntilReady();
        drive.BeginWriting();
        drive.Write(VirtualDrive.Block(1, 1000));
        drive.WriteFilemarks(1);
        drive.Rewind();
        var buffer = new byte[4096];
        drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 1000));
        buffer[..1000].ShouldBe(VirtualDrive.Block(1, 1000));
    }
}
