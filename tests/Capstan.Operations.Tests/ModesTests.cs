using Capstan.Operations.Modes;
using Capstan.Operations.Movement;
using Capstan.Operations.Raw;

namespace Capstan.Operations.Tests;

/// <summary>`drive modes`, `density` and `options` on the virtual drive.</summary>
public class ModesTests
{
    [Fact]
    public void Every_page_with_what_can_be_changed()
    {
        using var rig = new Rig();
        ModesReport report = ModesOperation.Run(rig.Context, new ModesRequest(null, null, 0));
        report.DensityCode.ShouldBe(0x60);
        report.SavedValues.ShouldBe(false);
        report.Pages.Select(page => page.Page).ShouldBe(["01", "02", "0A", "0A/F0", "0F", "10", "10/01", "11", "18", "19", "1A", "1C", "1D", "24", "2F"]);
        ModeFieldReport dce = report.Pages.Single(page => page.Page == "0F").Fields[0];
        dce.ShouldBe(new ModeFieldReport("DCE", "compression enabled", 1, true, 1, null));
        report.Pages.Single(page => page.Page == "24").Name.ShouldBeNull();
        // One page, one subpage, all of one page.
        ModesOperation.Run(rig.Context, new ModesRequest(null, 0x1D, 0)).Pages.ShouldHaveSingleItem().Name.ShouldBe("Medium Configuration");
        ModesOperation.Run(rig.Context, new ModesRequest(null, 0x10, 0x01)).Pages.ShouldHaveSingleItem().Name.ShouldBe("Device Configuration Extension");
        ModesOperation.Run(rig.Context, new ModesRequest(null, 0x0A, 0xFF)).Pages.Count.ShouldBe(2);
    }

    [Fact]
    public void A_page_that_the_drive_has_not()
    {
        using var rig = new Rig();
        OperationException error = Should.Throw<OperationException>(() => ModesOperation.Run(rig.Context, new ModesRequest(null, 0x3E, 0)));
        error.Status.ShouldBe(ExitStatus.Device);
        error.Message.ShouldContain("cannot show mode page 3E");
    }

    [Fact]
    public void No_tape_is_needed()
    {
        using var rig = new Rig();
        DriveOperations.Eject(rig.Context, null);
        ModesOperation.Run(rig.Context, new ModesRequest(null, 0x0F, 0)).Pages.ShouldHaveSingleItem();
        DensityReport density = DensityOperation.Run(rig.Context, null);
        density.Medium.ShouldBeNull();
        density.Densities!.Select(line => line.Generation).ShouldBe(["LTO-8", "LTO-9"]);
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, false, null, null)).Compression.ShouldBe(false);
    }

    [Fact]
    public void Options_are_set_one_at_a_time_and_outlive_the_process()
    {
        using var rig = new Rig();
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, null, null, null)).ShouldBe(new OptionsReport("virtual:test", "--device", true, true, 0, true, false, 0));
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, null, 65536, null)).ShouldBe(new OptionsReport("virtual:test", "--device", true, true, 65536, true, true, 0));
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, false, null, null)).ShouldBe(new OptionsReport("virtual:test", "--device", false, true, 65536, true, true, 0));
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, null, null, false)).ShouldBe(new OptionsReport("virtual:test", "--device", false, true, 65536, false, true, 0));
        // What is so already is not sent.
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, false, 65536, false)).Changed.ShouldBeFalse();
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, true, 0, true)).ShouldBe(new OptionsReport("virtual:test", "--device", true, true, 0, true, true, 0));
    }

    [Fact]
    public void Programmable_early_warning_is_set_told_while_writing_and_lost_nothing()
    {
        using var rig = new Rig(capacityBytes: 60_000_000, earlyWarningBytes: 10_000_000);
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, null, null, null, 30)).ShouldBe(new OptionsReport("virtual:test", "--device", true, true, 0, true, true, 30));
        Tell().BeyondProgrammableEarlyWarning.ShouldBeFalse();
        Write(10_000_000);
        Tell().BeyondProgrammableEarlyWarning.ShouldBeFalse();
        // 60 MB less 10 MB of early warning less 30 MB: from 20 MB on.
        Write(25_000_000);
        Tell().BeyondProgrammableEarlyWarning.ShouldBeTrue();
        rig.Problems.ShouldBeEmpty();
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, null, null, null, 0)).EarlyWarningMegabytes.ShouldBe(0);
        Tell().BeyondProgrammableEarlyWarning.ShouldBeFalse();

        TellReport Tell() => TellOperation.Run(rig.Context, null, CancellationToken.None);
        void Write(int bytes) => RawWriteOperation.Run(
            rig.Context, new RawWriteRequest(null, new MemoryStream(new byte[bytes]), "memory", 65536, false, 1, RawStart.Here, false), CancellationToken.None);
    }

    [Fact]
    public void A_drive_without_programmable_early_warning()
    {
        using var rig = new Rig(model: "ibm-lto4");
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, null, null, null)).EarlyWarningMegabytes.ShouldBeNull();
        OperationException error = Should.Throw<OperationException>(() => OptionsOperation.Run(rig.Context, new OptionsRequest(null, null, null, null, 30)));
        error.Status.ShouldBe(ExitStatus.Device);
        error.Message.ShouldContain("programmable early warning");
        OptionsOperation.Run(rig.Context, new OptionsRequest(null, true, 0, true, 0, IsDefaults: true)).EarlyWarningMegabytes.ShouldBeNull();
    }

    [Fact]
    public void A_block_length_that_the_drive_does_not_take()
    {
        using var rig = new Rig();
        Should.Throw<OperationException>(() => OptionsOperation.Run(rig.Context, new OptionsRequest(null, null, 0xFFFFFF, null))).Status.ShouldBe(ExitStatus.Usage);
    }

    /// <summary>tgt takes MODE SELECT and keeps what it had.</summary>
    [Fact]
    public void A_drive_that_only_pretends_is_found_out()
    {
        using var rig = new Rig { Wrap = static transport => new PretendingTransport(transport) };
        OperationException error = Should.Throw<OperationException>(() => OptionsOperation.Run(rig.Context, new OptionsRequest(null, false, null, null)));
        error.Status.ShouldBe(ExitStatus.Device);
        error.Message.ShouldContain("compression stayed as it was");
    }

    private sealed class PretendingTransport(Transport.IScsiTransport inner) : Transport.IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public Transport.ScsiCompletion Execute(in Scsi.Cdb cdb, Transport.DataTransfer data, Span<byte> sense, TimeSpan timeout) =>
            cdb.OperationCode == 0x55 ? new Transport.ScsiCompletion(Scsi.ScsiStatus.Good, 0, 0) : inner.Execute(cdb, data, sense, timeout);

        public void Dispose() => inner.Dispose();
    }
}
