using System.Text;
using Capstan.Emulation.Library;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive.Tests;

/// <summary>
/// After a broken path the cartridge has to be the one of before, by the serial number in its memory: a robot may have exchanged it, and
/// what was written last does not always tell.
/// </summary>
public sealed class RecoveryCartridgeTests : IDisposable
{
    private readonly string _directory = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"capstan-recovery-{Guid.NewGuid():N}");

    private readonly VirtualLibrary _library;
    private readonly Renaming _cartridge;
    private readonly BreakingDrive _path;
    private readonly TapeDrive _drive;

    public RecoveryCartridgeTests()
    {
        VirtualLibrary.Create(_directory, new LibraryOptions { CartridgeCount = 1, CapacityBytes = 4 << 20, EarlyWarningBytes = 64 << 10, IsSynchronous = false });
        _library = VirtualLibrary.Open(_directory);
        _cartridge = new Renaming(_library.OpenDrive("virtual:recovery"));
        _path = new BreakingDrive(_cartridge, bufferedObjects: 3);
        _drive = TapeDrive.Open(_path, new InstantTime());
    }

    public void Dispose()
    {
        _drive.Dispose();
        _library.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Begin(int at = (int)BreakAt.Before, int what = (int)Happening.NexusLoss)
    {
        _drive.WaitUntilReady();
        _drive.Rewind();
        _drive.BeginWriting();
        _drive.Write(new byte[1000]);
        _drive.WriteFilemarks(1);
        _path.Arm(new Break(1, (BreakAt)at, (Happening)what));
    }

    [Theory]
    [InlineData((int)BreakAt.Before, (int)Happening.NexusLoss)]
    [InlineData((int)BreakAt.After, (int)Happening.NexusLoss)]
    [InlineData((int)BreakAt.Before, (int)Happening.ResetFlushing)]
    [InlineData((int)BreakAt.Instead, (int)Happening.ResetRewinding)]
    public void Another_cartridge_ends_the_stream(int at, int what)
    {
        Begin(at, what);
        _cartridge.Serial = "ANOTHER";
        TapeWriteException e = Should.Throw<TapeWriteException>(() => _drive.Write(new byte[1000]));
        e.Message.ShouldContain("'ANOTHER'");
        e.FirstSuspectObjectId.ShouldBe(2);
        _drive.Recoveries.ShouldBe(1);
    }

    [Fact]
    public void The_same_cartridge_goes_on()
    {
        Begin();
        _drive.Write(new byte[1000]).ShouldBe(WriteOutcome.Written);
        _drive.WriteFilemarks(1);
        _drive.DurableObjectId.ShouldBe(4);
    }

    /// <summary>A memory that cannot be read any more proves nothing; what is read back from the tape does.</summary>
    [Fact]
    public void A_memory_that_cannot_be_read_then_is_no_reason_to_stop()
    {
        Begin();
        _cartridge.Refuses = true;
        _drive.Write(new byte[1000]).ShouldBe(WriteOutcome.Written);
    }

    [Fact]
    public void A_drive_that_never_told_the_serial_number_goes_on_as_before()
    {
        _cartridge.Refuses = true;
        Begin();
        _cartridge.Refuses = false;
        _cartridge.Serial = "ANOTHER";
        _drive.Write(new byte[1000]).ShouldBe(WriteOutcome.Written);
    }

    /// <summary>Writes another serial number into what READ ATTRIBUTE answers, or refuses it.</summary>
    private sealed class Renaming(IScsiTransport inner) : IScsiTransport
    {
        public string? Serial { get; set; }

        public bool Refuses { get; set; }

        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            if (cdb.OperationCode != 0x8C)
                return inner.Execute(cdb, data, sense, timeout);
            if (Refuses)
                return new ScsiCompletion(ScsiStatus.CheckCondition, SenseBytes.Fixed("05/24/00", 0, null, false).AsSpan().TryCopyTo(sense) ? 18 : 0, data.Length);
            ScsiCompletion completion = inner.Execute(cdb, data, sense, timeout);
            if (Serial is { } serial)
                Encoding.ASCII.GetBytes(serial.PadRight(32)).CopyTo(data.FromDeviceBuffer[9..]);
            return completion;
        }

        public void Dispose() => inner.Dispose();
    }
}
