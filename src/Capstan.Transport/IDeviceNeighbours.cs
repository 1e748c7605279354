namespace Capstan.Transport;

/// <summary>Who else on this machine uses the device that a transport reaches: the kernel's own tape driver, other programs.</summary>
/// <remarks>Never throws for what it cannot see; one thread at a time.</remarks>
public interface IDeviceNeighbours : IDisposable
{
    /// <summary>
    /// Changes with every command that another driver of this machine sends to the device, and with every one it is just
    /// running. Equal values mean that there was none; 0 for ever where the machine does not count. Cheap enough for every write.
    /// </summary>
    long ReadActivity();

    /// <summary>Processes that hold a node of the device open, this one left out. Looks at every process: not for every write.</summary>
    IReadOnlyList<DeviceUser> FindUsers();
}

/// <summary>A process that holds a device node open.</summary>
/// <param name="Node"><c>/dev/nst0</c>.</param>
/// <param name="Command">Its command line, cut to a readable length.</param>
public sealed record DeviceUser(string Node, int ProcessId, string Command)
{
    /// <summary><c>/dev/nst0 is held open by process 4711 (mt -f /dev/nst0 rewind)</c>.</summary>
    public override string ToString() => $"{Node} is held open by process {ProcessId} ({Command})";
}
