using Capstan.Emulation.Library;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Library.Soak;

/// <summary>What a logical unit answered.</summary>
internal sealed record Answer(ScsiStatus Status, byte[] SenseBytes, byte[] Data)
{
    public bool IsGood => Status == ScsiStatus.Good;

    public SenseData Sense => SenseData.TryDecode(SenseBytes, out SenseData sense) ? sense : default;

    /// <summary><c>5/3B/0E</c>; empty for GOOD.</summary>
    public string Text => IsGood ? "" : Status == ScsiStatus.CheckCondition
        ? $"{(int)Sense.Key:X}/{Sense.Code.Asc:X2}/{Sense.Code.Ascq:X2}"
        : Status.ToString();
}

/// <summary>The host of a library refused something that is no command: a drive that is another's, a slot that is taken.</summary>
internal sealed class HostRefusalException(string message) : Exception(message);

/// <summary>A process that has a library open: the changer, and the drives that it took.</summary>
internal interface ILibraryHost : IDisposable
{
    /// <summary>The number of the changer among the units; drives are 0 and above.</summary>
    const int Changer = 255;

    Answer Execute(int unit, byte[] cdb, byte[] dataOut, int dataInBytes);

    /// <summary>Takes a drive, and opens a path to it where there is none.</summary>
    void Open(int drive);

    /// <summary>Closes the path; the drive stays this process'.</summary>
    void Close(int drive);

    void PutIn(string barcode, int address);

    void TakeOut(int address);
}

/// <summary>In this process.</summary>
internal sealed class LocalHost : ILibraryHost
{
    private readonly VirtualLibrary _library;
    private readonly IScsiTransport _changer;
    private readonly IScsiTransport?[] _drives;
    private readonly byte[] _sense = new byte[ScsiCompletion.SenseBufferLength];

    public LocalHost(string path)
    {
        _library = VirtualLibrary.Open(path, drive: null);
        _changer = _library.OpenChanger();
        _drives = new IScsiTransport?[_library.DriveCount];
    }

    public Answer Execute(int unit, byte[] cdb, byte[] dataOut, int dataInBytes)
    {
        var dataIn = new byte[dataInBytes];
        DataTransfer data = dataOut.Length > 0 ? DataTransfer.ToDevice(dataOut) : dataInBytes > 0 ? DataTransfer.FromDevice(dataIn) : DataTransfer.None;
        IScsiTransport transport = unit == ILibraryHost.Changer ? _changer : _drives[unit]!;
        ScsiCompletion completion = transport.Execute(Cdb.FromBytes(cdb), data, _sense, TimeSpan.FromSeconds(1));
        return new Answer(completion.Status, _sense[..completion.SenseLength], dataInBytes == 0 ? [] : dataIn[..(dataInBytes - completion.Residual!.Value)]);
    }

    public void Open(int drive) => Try(() => _drives[drive] ??= _library.OpenDrive(drive: drive));

    public void Close(int drive)
    {
        _drives[drive]?.Dispose();
        _drives[drive] = null;
    }

    public void PutIn(string barcode, int address) => Try(() => _library.PutIn(barcode, address));

    public void TakeOut(int address) => Try(() => _library.TakeOut(address));

    public void Dispose()
    {
        foreach (IScsiTransport? drive in _drives)
            drive?.Dispose();
        _changer.Dispose();
        _library.Dispose();
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is LibraryException or ScsiTransportException)
        {
            throw new HostRefusalException(e.Message);
        }
    }
}
