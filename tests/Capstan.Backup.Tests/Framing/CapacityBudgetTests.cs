using Capstan.Backup.Framing;
using Capstan.Drive;
using Capstan.Scsi;
using Capstan.Transport.Decorators;

namespace Capstan.Backup.Tests.Framing;

public class CapacityBudgetTests
{
    private const long MiB = 1 << 20;

    private static ScriptedReply Remaining(int mebibytes)
    {
        // Log page 31h: parameters 1 remaining and 3 maximum, in MiB (IBM LTO SCSI Reference).
        byte[] page = Convert.FromHexString("310000100001C004000000000003C004000F4240");
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(page.AsSpan(8), mebibytes);
        return new ScriptedReply { Data = page, ExpectedOperationCode = 0x4D };
    }

    private static readonly ScriptedReply DoesNotTell =
        ScriptedReply.Check(new SenseData { Key = SenseKey.IllegalRequest, Code = SenseCode.InvalidFieldInCdb });

    private static (TapeDrive Drive, ScriptedTransport Transport) Open(params ScriptedReply[] capacities)
    {
        byte[] inquiry = [0x01, 0x80, 0x06, 0x02, 31, 0, 0, 0, .. "IBM     ULTRIUM-TD9     R000"u8];
        var transport = new ScriptedTransport([new ScriptedReply { Data = inquiry }, DoesNotTell, new ScriptedReply(), .. capacities]);
        return (TapeDrive.Open(transport), transport);
    }

    [Fact]
    public void Room_is_kept_for_what_is_queued_the_manifest_and_a_margin()
    {
        var (drive, _) = Open(Remaining(100));
        using (drive)
        {
            var budget = new CapacityBudget(drive);
            // 2 MiB for rounding of the drive's numbers.
            budget.Reserve(98 * MiB);
            budget.Exhausted.ShouldBeFalse();
            budget.Reserve((98 * MiB) + 1);
            budget.Exhausted.ShouldBeTrue();
            budget.Reserve(88 * MiB);
            budget.Handed((int)(10 * MiB));
            budget.Exhausted.ShouldBeFalse();
            budget.Handed(1);
            budget.Exhausted.ShouldBeTrue();
        }
    }

    [Fact]
    public void The_drive_is_asked_again_when_half_is_used_because_it_compresses()
    {
        var (drive, transport) = Open(Remaining(1000), Remaining(900), Remaining(10));
        using (drive)
        {
            var budget = new CapacityBudget(drive);
            budget.Handed((int)(500 * MiB));
            budget.Written(drive, (int)(499 * MiB));
            transport.Remaining.ShouldBe(2);
            budget.Written(drive, (int)MiB);
            transport.Remaining.ShouldBe(1);
            budget.Reserve(898 * MiB);
            budget.Exhausted.ShouldBeFalse();
            budget.Reserve((898 * MiB) + 1);
            budget.Exhausted.ShouldBeTrue();

            budget.Handed((int)(450 * MiB));
            budget.Written(drive, (int)(450 * MiB));
            transport.Remaining.ShouldBe(0);
            budget.Reserve(8 * MiB);
            budget.Exhausted.ShouldBeFalse();
            budget.Reserve((8 * MiB) + 1);
            budget.Exhausted.ShouldBeTrue();
        }
    }

    [Fact]
    public void Near_the_end_the_drive_is_not_asked_for_every_block()
    {
        var (drive, transport) = Open(Remaining(19), Remaining(19));
        using (drive)
        {
            var budget = new CapacityBudget(drive);
            for (int i = 0; i < 63; i++)
                budget.Written(drive, 262_144);
            transport.Remaining.ShouldBe(1);
            budget.Written(drive, 262_144);
            transport.Remaining.ShouldBe(0);
        }
    }

    [Fact]
    public void A_drive_that_does_not_tell_never_exhausts_the_budget_and_is_not_asked_again()
    {
        var (drive, transport) = Open(DoesNotTell);
        using (drive)
        {
            var budget = new CapacityBudget(drive);
            budget.Reserve(long.MaxValue / 2);
            budget.Handed(int.MaxValue);
            budget.Written(drive, int.MaxValue);
            budget.Exhausted.ShouldBeFalse();
            transport.Remaining.ShouldBe(0);
        }
    }
}
