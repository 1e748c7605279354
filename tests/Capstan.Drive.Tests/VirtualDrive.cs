using Capstan.Emulation.Library;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Drive.Tests;

/// <summary>A library of two cartridges on disk, the first in the drive, and the drive opened.</summary>
internal sealed class VirtualDrive : IDisposable
{
    private readonly TestDirectory _directory = new();

    public VirtualDrive(long capacityBytes = 1L << 30, long earlyWarningBytes = 1 << 20, params Fault[] faults)
    {
        VirtualLibrary.Create(_directory.File("library"), new LibraryOptions
        {
            CartridgeCount = 2,
            CapacityBytes = capacityBytes,
            EarlyWarningBytes = earlyWarningBytes,
        });
        Library = VirtualLibrary.Open(_directory.File("library"));
        IScsiTransport transport = Library.OpenDrive("virtual:test");
        Drive = TapeDrive.Open(faults.Length > 0 ? new FaultInjectingTransport(transport, faults) : transport);
    }

    public VirtualLibrary Library { get; }

    public TapeDrive Drive { get; }

    public VirtualDrive Ready()
    {
        Drive.WaitUntilReady();
        return this;
    }

    public static byte[] Block(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public void Dispose()
    {
        Drive.Dispose();
        // A key would wait for the next process, in memory.
        using (TapeDrive again = TapeDrive.Open(Library.OpenDrive("virtual:test")))
        {
            if (again.ReadEncryption() is { Reads: not EncryptionOfReads.Off })
                again.SetEncryption(EncryptionSettings.Off);
        }

        Library.Dispose();
        _directory.Dispose();
    }
}
