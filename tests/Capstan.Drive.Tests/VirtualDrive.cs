using Capstan.Emulation.Library;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Drive.Tests;

/// <summary>A library of two cartridges on disk, the first in the drive, and the drive opened.</summary>
internal sealed class VirtualDrive : IDisposable
{
    private readonly TestDirectory _directory = new();

    public VirtualDrive(long capacityBytes = 1L << 30, long earlyWarningBytes = 1 << 20, TimeProvider? time = null, bool worm = false, params Fault[] faults)
    {
        VirtualLibrary.Create(_directory.File("library"), new LibraryOptions
        {
            CartridgeCount = 2,
            CapacityBytes = capacityBytes,
            EarlyWarningBytes = earlyWarningBytes,
            IsWorm = worm,
        });
        Library = VirtualLibrary.Open(_directory.File("library"), time);
        IScsiTransport transport = Library.OpenDrive("virtual:test");
        Log = new CommandLog(transport);
        Drive = TapeDrive.Open(faults.Length > 0 ? new FaultInjectingTransport(transport, faults) : Log, time);
    }

    public VirtualLibrary Library { get; }

    public TapeDrive Drive { get; }

    /// <summary>Every CDB since the drive was opened.</summary>
    public CommandLog Log { get; }

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

/// <summary>Passes commands on and keeps their CDBs, in hexadecimal.</summary>
internal sealed class CommandLog(IScsiTransport inner) : IScsiTransport
{
    public List<string> Cdbs { get; } = [];

    public string Name => inner.Name;

    public int MaxTransferBytes => inner.MaxTransferBytes;

    public ITransportRecovery? Recovery => inner.Recovery;

    public ScsiCompletion Execute(in Capstan.Scsi.Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        Cdbs.Add(Convert.ToHexString(cdb.Span));
        return inner.Execute(cdb, data, sense, timeout);
    }

    public void Dispose() => inner.Dispose();
}
