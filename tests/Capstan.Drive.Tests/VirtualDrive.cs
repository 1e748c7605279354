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
        Transport = transport;
        Drive = TapeDrive.Open(faults.Length > 0 ? new FaultInjectingTransport(transport, faults) : transport);
    }

    public VirtualLibrary Library { get; }

    /// <summary>The way to the drive below any fault.</summary>
    public IScsiTransport Transport { get; }

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
        Library.Dispose();
        _directory.Dispose();
    }
}
