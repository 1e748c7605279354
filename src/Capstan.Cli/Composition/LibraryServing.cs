using System.Net;
using Capstan.Emulation.Kernel;
using Capstan.Emulation.Library;
using Capstan.Operations;
using Capstan.Transport.Iscsi;

namespace Capstan.Cli;

/// <summary>A virtual library in the running kernel, until somebody says stop.</summary>
internal static class LibraryServing
{
    private const string DiscardingCartridge = "null";

    public static ServedLibraryView Run(
        string directory, ServeRequest request, IscsiServeChap? chap, Action<ServedLibraryView> onReady, IOperationListener listener, CancellationToken stop)
    {
        if (!VirtualLibrary.Exists(directory))
            throw new OperationException(ExitStatus.Device, $"There is no virtual library {request.Library}. `capstan library create {request.Library}` makes it, `capstan library list` shows those that exist.");
        using VirtualLibrary library = VirtualLibrary.Open(directory, new InterruptibleClock(stop), drive: null);
        int[] drives = Drives(library, request);
        string?[] cartridges = Prepare(library, drives, request.Cartridge, listener);
        using KernelLibraryServer server = KernelLibraryServer.Start(library, new KernelServeOptions(request.Library)
        {
            Drive = request.Drive - 1,
            IsStacker = request.IsStacker,
            Iscsi = request.Portal is { } portal ? new IscsiService(portal, request.Initiators, Credentials(chap)) : null,
        });
        ILookup<bool, string> orphans = server.RemovedOrphans.Select(static label => label.Split('/')[0]).Distinct().ToLookup(name => name == request.Library);
        if (server.HasRecovered || orphans[true].Any())
            listener.Note($"removed what an earlier server of {request.Library} had left in the kernel");
        if (orphans[false].Any())
            listener.Note($"removed what a killed server of {string.Join(", ", orphans[false])} had left in the kernel");
        if (chap is null && request is { Portal: { } open, Initiators.Count: 0 } && !IPAddress.IsLoopback(IPEndPoint.Parse(open).Address))
            listener.Note($"everybody who reaches {open} may log in: --initiator names who may, an entry [[serve]] in iscsi.toml asks for a secret");
        var view = new ServedLibraryView(
            request.Library, request.Portal, request.Portal is null ? null : chap switch { null => "none", { TargetUser: null } => "chap", _ => "mutual-chap" }, [.. server.Units.Select(unit => View(request, unit, unit.Drive is { } number ? cartridges[Array.IndexOf(drives, number)] : null))]);
        onReady(view);
        List<string> troubles = Wait(server, listener, stop);
        server.Dispose();
        if (server.Leftover is { } leftover)
            troubles.Add(leftover);
        return troubles.Count == 0 ? view : throw new OperationException(ExitStatus.Device, string.Join(". ", troubles));
    }

    private static IscsiCredentials? Credentials(IscsiServeChap? chap) => chap is null ? null : new IscsiCredentials
    {
        User = chap.User,
        Secret = chap.Secret,
        TargetUser = chap.TargetUser,
        TargetSecret = chap.TargetSecret,
    };

    /// <summary>A unit that somebody takes away does not take the others with it.</summary>
    private static List<string> Wait(KernelLibraryServer server, IOperationListener listener, CancellationToken stop)
    {
        var troubles = new List<string>();
        while (server.IsServing && server.WaitForTrouble(stop) is { } trouble)
        {
            troubles.Add(trouble);
            if (server.IsServing)
                listener.Note(trouble + "; the others go on");
        }
        return troubles;
    }

    private static int[] Drives(VirtualLibrary library, ServeRequest request)
    {
        if (request.Drive is { } only && only > library.DriveCount)
            throw new OperationException(ExitStatus.Usage, $"--drive {only}: {request.Library} has {(library.DriveCount == 1 ? "one drive" : $"{library.DriveCount} drives")}.");
        if (request.IsStacker && library.ChangerIdentity is not null)
            throw new OperationException(ExitStatus.Usage, $"--stacker: {request.Library} has a changer, which moves its cartridges.");
        return request.Drive is { } drive ? [drive - 1] : [.. Enumerable.Range(0, library.DriveCount)];
    }

    /// <summary>What is in each drive when the kernel gets it.</summary>
    private static string?[] Prepare(VirtualLibrary library, int[] drives, string? cartridge, IOperationListener listener)
    {
        if (cartridge == DiscardingCartridge)
        {
            foreach (int drive in drives)
                library.InsertDiscardingTape(drive);
            return [.. drives.Select(static _ => DiscardingCartridge)];
        }
        if (cartridge is not null && library.LoadedIn(drives[0]) != cartridge)
            library.InsertCartridge(cartridge, drives[0]);
        string?[] loaded = [.. drives.Select(library.LoadedIn)];
        foreach (string diagnosis in drives.Select(library.DiagnosisOf).OfType<string>())
            listener.Note(diagnosis);
        return loaded;
    }

    private static ServedUnitView View(ServeRequest request, ServedUnit unit, string? cartridge)
    {
        string name = DriveName.VirtualPrefix + request.Library + unit.Drive switch { null => "/changer", 0 => "", { } number => $"/{number + 1}" };
        bool isChanger = unit.Drive is null;
        string? device = unit.IscsiTarget is { } target ? $"iscsi://{request.Portal}/{target}/0" : unit.GenericNode;
        return new ServedUnitView(
            name, isChanger ? "changer" : "drive", unit.Drive, unit.ElementAddress, unit.Identity.Vendor, unit.Identity.Product, unit.Identity.SerialNumber, device,
            isChanger ? null : unit.TypeNode, isChanger ? unit.TypeNode : null, unit.ScsiAddress, unit.IscsiTarget, cartridge);
    }
}
