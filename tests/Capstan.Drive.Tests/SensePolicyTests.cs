using Capstan.Scsi;

namespace Capstan.Drive.Tests;

/// <summary>Sense as drives send it, and what it must mean. Sources: SSC-5, SPC-5, and the manuals named at each row.</summary>
public class SensePolicyTests
{
    public static TheoryData<string, string, string> Current => new()
    {
        // Tape conditions (SSC-5 READ(6), WRITE(6), SPACE(6)).
        { "00/00/01", "FM", nameof(SenseVerdict.Filemark) },
        { "00/00/01", "", nameof(SenseVerdict.Filemark) },
        { "00/00/01", "FM EOM", nameof(SenseVerdict.Filemark) },
        { "01/00/01", "FM", nameof(SenseVerdict.Filemark) },
        { "00/00/00", "ILI", nameof(SenseVerdict.IncorrectLength) },
        { "00/00/00", "ILI EOM", nameof(SenseVerdict.IncorrectLength) },
        { "01/17/01", "ILI", nameof(SenseVerdict.IncorrectLength) },
        { "00/00/02", "EOM", nameof(SenseVerdict.EarlyWarning) },
        { "01/0C/00", "EOM", nameof(SenseVerdict.EarlyWarning) },
        { "01/00/02", "EOM", nameof(SenseVerdict.EarlyWarning) },
        { "00/00/00", "EOM", nameof(SenseVerdict.EarlyWarning) }, // mhvtl before b210a64
        { "00/00/07", "EOM", nameof(SenseVerdict.Done) }, // programmable early warning: not the end, SSC-4 4.2.4.5
        { "00/00/07", "", nameof(SenseVerdict.Done) },
        { "00/00/04", "EOM", nameof(SenseVerdict.BeginningOfPartition) },
        { "00/00/04", "", nameof(SenseVerdict.BeginningOfPartition) },
        { "0D/00/02", "EOM", nameof(SenseVerdict.VolumeOverflow) },
        { "08/00/05", "", nameof(SenseVerdict.EndOfData) },
        { "08/14/01", "", nameof(SenseVerdict.EndOfData) },
        { "08/14/03", "", nameof(SenseVerdict.EndOfDataMissing) }, // HP: also of LOCATE 0
        { "03/14/03", "", nameof(SenseVerdict.EndOfDataMissing) },

        // Carried out; the sense is news.
        { "00/00/00", "", nameof(SenseVerdict.Done) },
        { "00/00/16", "", nameof(SenseVerdict.Done) }, // operation in progress
        { "00/00/18", "", nameof(SenseVerdict.Done) }, // erase in progress
        { "00/00/17", "", nameof(SenseVerdict.Done) }, // cleaning requested
        { "01/00/17", "", nameof(SenseVerdict.Done) },
        { "00/82/82", "", nameof(SenseVerdict.Done) }, // IBM and HP: cleaning required
        { "01/37/00", "", nameof(SenseVerdict.Done) }, // rounded parameter, after MODE SELECT
        { "01/17/01", "", nameof(SenseVerdict.Done) },

        // Unit attentions.
        { "06/2A/01", "", nameof(SenseVerdict.Retry) },
        { "06/2A/03", "", nameof(SenseVerdict.Preempted) },
        { "06/2A/05", "", nameof(SenseVerdict.Preempted) },
        { "06/3F/01", "", nameof(SenseVerdict.DeviceReset) },
        { "06/00/02", "EOM", nameof(SenseVerdict.Retry) }, // early warning as a unit attention
        { "06/28/00", "", nameof(SenseVerdict.MediumChanged) },
        { "06/29/00", "", nameof(SenseVerdict.DeviceReset) },
        { "06/29/01", "", nameof(SenseVerdict.DeviceReset) },
        { "06/29/02", "", nameof(SenseVerdict.DeviceReset) },
        { "06/29/03", "", nameof(SenseVerdict.DeviceReset) },
        { "06/29/04", "", nameof(SenseVerdict.DeviceReset) },

        // TEST UNIT READY.
        { "02/04/00", "", nameof(SenseVerdict.BecomingReady) },
        { "02/04/01", "", nameof(SenseVerdict.BecomingReady) }, // the whole of LTO-9 calibration
        { "02/04/07", "", nameof(SenseVerdict.BecomingReady) },
        { "02/04/02", "", nameof(SenseVerdict.NeedsLoad) },
        { "02/3A/04", "", nameof(SenseVerdict.NeedsLoad) }, // seated, not threaded
        { "02/3A/03", "", nameof(SenseVerdict.NeedsLoad) },
        { "02/3A/00", "", nameof(SenseVerdict.NoMedium) },
        { "02/3A/01", "", nameof(SenseVerdict.NoMedium) },
        { "02/04/03", "", nameof(SenseVerdict.NotReady) },
        { "02/04/12", "", nameof(SenseVerdict.NotReady) },
        { "02/30/03", "", nameof(SenseVerdict.NotReady) }, // cleaning in progress
        { "02/3E/00", "", nameof(SenseVerdict.NotReady) },
        { "02/53/00", "", nameof(SenseVerdict.NotReady) },

        // Protection.
        { "07/27/00", "", nameof(SenseVerdict.WriteProtected) },
        { "07/27/01", "", nameof(SenseVerdict.WriteProtected) },
        { "07/5A/02", "", nameof(SenseVerdict.DataProtected) },
        { "07/30/0C", "", nameof(SenseVerdict.WriteOnce) }, // WORM overwrite attempted
        { "07/30/0D", "", nameof(SenseVerdict.DataProtected) },
        { "07/30/00", "", nameof(SenseVerdict.DataProtected) },
        { "07/50/01", "", nameof(SenseVerdict.DataProtected) },
        { "05/53/02", "", nameof(SenseVerdict.RemovalPrevented) },

        // Medium and hardware.
        { "03/0C/00", "", nameof(SenseVerdict.MediumError) },
        { "03/11/00", "", nameof(SenseVerdict.MediumError) },
        { "03/31/00", "", nameof(SenseVerdict.MediumError) },
        { "03/50/00", "", nameof(SenseVerdict.MediumError) },
        { "03/85/00", "", nameof(SenseVerdict.MediumError) }, // IBM: protected because of a failure
        { "03/30/00", "", nameof(SenseVerdict.IncompatibleMedium) },
        { "03/30/02", "", nameof(SenseVerdict.IncompatibleMedium) },
        { "05/30/00", "", nameof(SenseVerdict.IncompatibleMedium) },
        { "04/10/01", "", nameof(SenseVerdict.HardwareError) },
        { "04/44/00", "", nameof(SenseVerdict.HardwareError) },
        { "05/24/00", "", nameof(SenseVerdict.IllegalRequest) },
        { "05/20/00", "", nameof(SenseVerdict.IllegalRequest) },
        { "0B/4B/00", "", nameof(SenseVerdict.Aborted) },
    };

    [Theory]
    [MemberData(nameof(Current))]
    public void Current_sense(string code, string flags, string verdict)
    {
        Judge(SenseBytes.Fixed(code, SenseBytes.Flags(flags))).ShouldBe(verdict);
        Judge(SenseBytes.Descriptor(code, SenseBytes.Flags(flags))).ShouldBe(verdict);
    }

    [Theory]
    [InlineData("03/0C/00", nameof(SenseVerdict.Deferred))]
    [InlineData("04/44/00", nameof(SenseVerdict.Deferred))]
    [InlineData("0D/00/02", nameof(SenseVerdict.Deferred))]
    [InlineData("06/29/00", nameof(SenseVerdict.Deferred))]
    // A recovered one lost nothing, but the command that heard of it was not carried out (SPC-5 4.4.6).
    [InlineData("01/0C/00", nameof(SenseVerdict.Retry))]
    public void Deferred_sense_is_never_taken_for_the_current_command(string code, string verdict)
    {
        Judge(SenseBytes.Fixed(code, deferred: true)).ShouldBe(verdict);
        Judge(SenseBytes.Descriptor(code, deferred: true)).ShouldBe(verdict);
    }

    [Fact]
    public void Information_does_not_change_the_verdict_but_its_length_does_not_get_lost()
    {
        SenseData.TryDecode(SenseBytes.Fixed("00/00/00", SenseBytes.Ili, -65536), out SenseData longer).ShouldBeTrue();
        longer.Information.ShouldBe(-65536);
        SensePolicy.Judge(longer).ShouldBe(SenseVerdict.IncorrectLength);
    }

    private static string Judge(byte[] bytes)
    {
        SenseData.TryDecode(bytes, out SenseData sense).ShouldBeTrue();
        return SensePolicy.Judge(sense).ToString();
    }
}
