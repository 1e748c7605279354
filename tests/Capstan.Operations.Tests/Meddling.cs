using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>A second initiator on the same logical unit: it rewinds behind the back of the first, after a given WRITE.</summary>
internal sealed class Meddling(IScsiTransport inner, int afterWrite, Action rewound) : IScsiTransport
{
    private int _writes;

    public string Name => inner.Name;

    public int MaxTransferBytes => inner.MaxTransferBytes;

    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        ScsiCompletion completion = inner.Execute(cdb, data, sense, timeout);
        if (cdb.OperationCode == Write6.OperationCode && ++_writes == afterWrite)
            Rewind();
        return completion;
    }

    public void Rewind()
    {
        var sense = new byte[ScsiCompletion.SenseBufferLength];
        inner.Execute(new Rewind(), DataTransfer.None, sense, TimeSpan.FromMinutes(1)).Status.ShouldBe(ScsiStatus.Good);
        rewound();
    }

    public void Dispose() => inner.Dispose();
}

/// <summary>What sysfs and procfs would tell.</summary>
internal sealed class FakeNeighbours(params DeviceUser[] users) : IDeviceNeighbours
{
    public long Activity { get; set; } = 7;

    public long ReadActivity() => Activity;

    public IReadOnlyList<DeviceUser> FindUsers() => users;

    public DeviceHold Held { get; init; } = DeviceHold.None;

    /// <summary>Called when the node is held: what it makes the kernel's driver send.</summary>
    public Action OnHold { get; init; } = static () => { };

    public int Holds { get; private set; }

    public bool IsDisposed { get; private set; }

    public DeviceHold Hold()
    {
        Holds++;
        Activity++;
        OnHold();
        return Held;
    }

    public void Dispose() => IsDisposed = true;
}
