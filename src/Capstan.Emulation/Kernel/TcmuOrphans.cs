using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Kernel;

/// <summary>
/// Units that servers left in the kernel when they were killed, of any library: one that was destroyed or lies elsewhere since would
/// otherwise keep programs waiting until the machine starts anew.
/// </summary>
/// <remarks>
/// A unit that has no server is told from one whose server is just starting by a lock on LIO's directory: shared by those who start,
/// from making the first unit until they answer for all of them; exclusive for whoever removes, who does without when somebody starts.
/// </remarks>
internal sealed class TcmuOrphans : IDisposable
{
    private readonly HostFile? _lock;

    private TcmuOrphans(HostFile? file) => _lock = file;

    /// <summary>Removes what has no server, and keeps others from taking for that what the caller is about to make.</summary>
    /// <param name="ours">Serial numbers of units that the caller cares for.</param>
    /// <param name="removed">What the units were called: library, and after a slash what of it.</param>
    /// <returns>To be disposed of when the caller answers for its units.</returns>
    internal static TcmuOrphans RemoveAndHold(IReadOnlyCollection<string> ours, List<string> removed)
    {
        if (HostFile.TryOpen(TcmuBackstore.Core, Interop.LibC.ReadOnly, out HostFile? file) != Errno.None)
            return new TcmuOrphans(null);
        if (file!.TryLock() == Errno.None)
        {
            foreach ((string serialNumber, string label) in Unserved())
            {
                var backstore = new TcmuBackstore(serialNumber, label, [new LoopbackFront(serialNumber), new IscsiFront(label, serialNumber, null)]);
                if (!ours.Contains(serialNumber) && backstore.Remove(isServed: false))
                    removed.Add(label);
            }
        }
        _ = file.LockShared();
        return new TcmuOrphans(file);
    }

    public void Dispose() => _lock?.Dispose();

    /// <summary>Units of this program that no process answers for. One that cannot be asked has one.</summary>
    private static List<(string SerialNumber, string Label)> Unserved()
    {
        var units = new List<(string, string)>();
        foreach ((int number, string name) in UioDevice.All())
        {
            if (TcmuBackstore.TryParseUioName(name, out string serialNumber, out string label) && UioDevice.IsFree(number))
                units.Add((serialNumber, label));
        }
        return units;
    }
}
