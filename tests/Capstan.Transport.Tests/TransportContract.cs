using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Transport.Tests;

/// <summary>
/// What every <see cref="IScsiTransport"/> promises. Inherit it and give it a transport whose logical unit is ready (or say
/// otherwise by overriding); other test projects link this file.
/// </summary>
public abstract class TransportContract
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>A new transport to a ready logical unit without pending unit attention.</summary>
    protected abstract IScsiTransport Open();

    /// <summary>Whether there is a device that fills in INQUIRY data and refuses unknown commands.</summary>
    protected virtual bool HasDevice => true;

    /// <summary>Whether a GOOD completion allocates nothing; decorators that write text do.</summary>
    protected virtual bool AllocatesNothing => true;

    /// <summary>Whether bytes of a data-in buffer that the device did not send stay as they were; callers must not rely on it.</summary>
    protected virtual bool LeavesTheRestAlone => true;

    private static Cdb TestUnitReady => Cdb.FromBytes([0x00, 0, 0, 0, 0, 0]);

    private static Cdb Inquiry(byte allocationLength) => Cdb.FromBytes([0x12, 0, 0, 0, allocationLength, 0]);

    // Group 7 is vendor specific throughout; nothing here implements FFh.
    private static Cdb Unknown => Cdb.FromBytes([0xFF, 0, 0, 0, 0, 0]);

    [Fact]
    public void It_has_a_name_and_a_largest_transfer()
    {
        using IScsiTransport transport = Open();
        transport.Name.ShouldNotBeNullOrWhiteSpace();
        transport.MaxTransferBytes.ShouldBeGreaterThanOrEqualTo(4096);
    }

    [Fact]
    public void A_command_without_data_completes()
    {
        using IScsiTransport transport = Open();
        ScsiCompletion completion = transport.Execute(TestUnitReady, DataTransfer.None, new byte[ScsiCompletion.SenseBufferLength], Timeout);
        completion.Status.ShouldBe(ScsiStatus.Good);
        completion.SenseLength.ShouldBe(0);
        (completion.Residual ?? 0).ShouldBe(0);
    }

    [Fact]
    public void Data_in_fills_the_buffer_up_to_the_residual()
    {
        Assert.SkipUnless(HasDevice, "no device behind this transport");
        using IScsiTransport transport = Open();
        var buffer = new byte[255];
        buffer.AsSpan().Fill(0xA5);
        ScsiCompletion completion = transport.Execute(Inquiry(255), DataTransfer.FromDevice(buffer), new byte[ScsiCompletion.SenseBufferLength], Timeout);
        completion.Status.ShouldBe(ScsiStatus.Good);
        // Standard INQUIRY data: peripheral qualifier 0, ADDITIONAL LENGTH at byte 4.
        (buffer[0] >> 5).ShouldBe(0);
        int length = Math.Min(buffer[4] + 5, 255);
        if (completion.Residual is { } residual)
        {
            residual.ShouldBe(255 - length);
            if (LeavesTheRestAlone)
                buffer[length..].ShouldAllBe(value => value == 0xA5);
        }
    }

    [Fact]
    public void An_unknown_command_is_a_value_with_sense()
    {
        Assert.SkipUnless(HasDevice, "no device behind this transport");
        using IScsiTransport transport = Open();
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        ScsiCompletion completion = transport.Execute(Unknown, DataTransfer.None, sense, Timeout);
        completion.Status.ShouldBe(ScsiStatus.CheckCondition);
        SenseData.TryDecode(sense.AsSpan(0, completion.SenseLength), out SenseData decoded).ShouldBeTrue();
        decoded.Key.ShouldBe(SenseKey.IllegalRequest);
        decoded.Code.ShouldBe(SenseCode.InvalidCommandOperationCode);

        // Sense is not left over for the next command.
        transport.Execute(TestUnitReady, DataTransfer.None, sense, Timeout).SenseLength.ShouldBe(0);
    }

    [Fact]
    public void A_good_completion_allocates_nothing()
    {
        Assert.SkipUnless(AllocatesNothing, "writes text");
        using IScsiTransport transport = Open();
        Cdb cdb = TestUnitReady;
        Allocation.Of(() =>
        {
            Span<byte> sense = stackalloc byte[ScsiCompletion.SenseBufferLength];
            for (int run = 0; run < 100; run++)
                transport.Execute(in cdb, DataTransfer.None, sense, Timeout);
        }).ShouldBe(0);
    }

    [Fact]
    public void A_disposed_transport_refuses_commands_and_disposes_again()
    {
        IScsiTransport transport = Open();
        transport.Dispose();
        transport.Dispose();
        Should.Throw<ObjectDisposedException>(() =>
        {
            transport.Execute(TestUnitReady, DataTransfer.None, new byte[ScsiCompletion.SenseBufferLength], Timeout);
        });
    }
}
