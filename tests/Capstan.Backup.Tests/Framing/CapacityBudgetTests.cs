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
    public void Room_is_kept_for_queue_manifest_and_margin()
    {
        var (drive, _) = Open(Remaining(100));
        using (drive)
        {
            var budget = new CapacityBudget(drive, 16 * MiB);
            // 100 - 16 (queue) - 2 (rounding of the drive's numbers) = 82.
            budget.Reserve(82 * MiB);
            budget.Exhausted.ShouldBeFalse();
            budget.Reserve((82 * MiB) + 1);
            budget.Exhausted.ShouldBeTrue();
            budget.Reserve(0);
            budget.Exhausted.ShouldBeFalse();
        }
    }

    [Fact]
    public void What_was_written_counts_until_the_drive_is_asked_again()
    {
        // 1000 MiB left, 982 to spend: asked again after half of them; the drive compressed, so 900 are still there.
        var (drive, transport) = Open(Remaining(1000), Remaining(900), Remaining(10));
        using (drive)
        {
            var budget = new CapacityBudget(drive, 16 * MiB);
            budget.Written(drive, (int)(490 * MiB));
            transport.Remaining.ShouldBe(2);
            budget.Written(drive, (int)MiB);
            transport.Remaining.ShouldBe(1);
            budget.Reserve((900 - 18) * MiB);
            budget.Exhausted.ShouldBeFalse();

            budget.Reserve(0);
            budget.Written(drive, (int)(441 * MiB));
            transport.Remaining.ShouldBe(0);
            budget.Exhausted.ShouldBeTrue();
        }
    }

    [Fact]
    public void Near_the_end_the_drive_is_not_asked_for_every_block()
    {
        var (drive, transport) = Open(Remaining(19), Remaining(19));
        using (drive)
        {
            var budget = new CapacityBudget(drive, 16 * MiB);
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
            var budget = new CapacityBudget(drive, 16 * MiB);
            budget.Reserve(long.MaxValue / 2);
            budget.Written(drive, int.MaxValue);
            budget.Exhausted.ShouldBeFalse();
            transport.Remaining.ShouldBe(0);
        }
    }
}
