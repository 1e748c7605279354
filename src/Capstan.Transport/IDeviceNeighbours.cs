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

    /// <summary>
    /// Keeps the machine's own tape driver, and with it every program that goes through it, off the device until this is disposed.
    /// May make that driver look at the device (it may hear of a unit attention in our place, and set its own block length), but
    /// moves no tape: to be called before the medium is looked at, and never in the middle of a stream. A second call does nothing.
    /// </summary>
    DeviceHold Hold();
}

/// <summary>Whether the machine's own tape driver is kept off a device.</summary>
/// <param name="Node">The node that does it, <c>/dev/nst0</c>; empty where there is none.</param>
public readonly record struct DeviceHold(HoldState State, string Node)
{
    /// <summary>There is nothing to hold.</summary>
    public static DeviceHold None => new(HoldState.Unprotected, "");
}

/// <summary>How far a hold got.</summary>
public enum HoldState
{
    /// <summary>No such driver, no node of it, or no permission: whoever may use that driver still can.</summary>
    Unprotected,

    /// <summary>Nobody else gets at the device through that driver.</summary>
    Held,

    /// <summary>Another program has it open.</summary>
    InUse,
}

/// <summary>A process that holds a device node open.</summary>
/// <param name="Node"><c>/dev/nst0</c>.</param>
/// <param name="Command">Its command line, cut to a readable length.</param>
public sealed record DeviceUser(string Node, int ProcessId, string Command)
{
    /// <summary><c>/dev/nst0 is held open by process 4711 (mt -f /dev/nst0 rewind)</c>.</summary>
    public override string ToString() => $"{Node} is held open by process {ProcessId} ({Command})";
}
