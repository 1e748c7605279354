using System.Net;
using System.Net.Sockets;

namespace Capstan.Emulation.Kernel;

/// <summary>How a library is an iSCSI target.</summary>
/// <param name="Portal">Address and port: <c>127.0.0.1:3260</c>, <c>[::1]:3260</c>.</param>
/// <param name="Initiators">Names of those who may log in; empty for everybody.</param>
/// <param name="Credentials">What they prove who they are with; null when nobody has to.</param>
public sealed record IscsiService(string Portal, IReadOnlyList<string> Initiators, IscsiCredentials? Credentials = null);

/// <summary>Names and secrets of CHAP (RFC 7143 9.2.1). A class, so that no record prints a secret.</summary>
public sealed class IscsiCredentials
{
    /// <summary>The initiator's name.</summary>
    public required string User { get; init; }

    /// <summary>The initiator's secret: at most 255 bytes, not beginning with NULL.</summary>
    public required string Secret { get; init; }

    /// <summary>By which the target proves itself to those who ask for it; null when it cannot.</summary>
    public string? TargetUser { get; init; }

    /// <summary>The target's secret; null where <see cref="TargetUser"/> is.</summary>
    public string? TargetSecret { get; init; }
}

/// <summary>
/// LIO's iSCSI fabric: the unit is LUN 0 of a target of its own, so that each has a connection of its own, and may be given to another
/// machine than its neighbours.
/// </summary>
internal sealed class IscsiFront(string label, string serialNumber, IscsiService? service) : KernelFront
{
    private readonly string _name = NameOf(label, serialNumber);

    internal override string Target { get; } = $"{Fabrics}/iscsi/{NameOf(label, serialNumber)}";

    internal override bool KnowsInitiators => true;

    private string Acls => Portal + "/acls";

    /// <summary>Name of a unit's target (RFC 3720 3.2.6.3.1): small letters, the serial number makes it one in the world.</summary>
    internal static string NameOf(string label, string serialNumber) =>
        $"iqn.2026-01.local.capstan:{label.Replace('/', '.').Replace('_', '-')}.{serialNumber}".ToLowerInvariant();

    /// <summary>LIO listens at any address (drivers/target/iscsi/iscsi_target_login.c: IP_FREEBIND), and nobody would come.</summary>
    /// <exception cref="KernelTargetException">It is none of this machine.</exception>
    internal static void CheckPortal(string portal)
    {
        if (!IPEndPoint.TryParse(portal, out IPEndPoint? endpoint))
            throw new KernelTargetException($"{portal} is no address and port.");
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(endpoint.Address, 0));
        }
        catch (SocketException e)
        {
            throw new KernelTargetException($"{endpoint.Address} is no address of this machine ({e.Message}): `ip address` lists them; 0.0.0.0 is all of them.", e);
        }
    }

    internal override void Connect(string device)
    {
        if (service is null)
            throw new InvalidOperationException("Nobody said where.");
        try
        {
            Directory.CreateDirectory(Portal);
        }
        catch (IOException e)
        {
            throw new KernelTargetException($"The kernel has no iSCSI target: `modprobe iscsi_target_mod` loads it (CONFIG_ISCSI_TARGET). ({e.Message})", e);
        }
        LinkTo(device);
        ConfigFs.Set(Portal + "/attrib/authentication", service.Credentials is null ? "0" : "1");
        ConfigFs.Set(Portal + "/attrib/generate_node_acls", service.Initiators.Count == 0 ? "1" : "0");
        ConfigFs.Set(Portal + "/attrib/cache_dynamic_acls", "1");
        ConfigFs.Set(Portal + "/attrib/demo_mode_write_protect", "0");
        foreach (string initiator in service.Initiators)
            Allow(initiator);
        // Before anybody can log in. Of initiators that are named each has its own, the rest share those of the portal group.
        if (service.Credentials is { } credentials)
        {
            foreach (string owner in service.Initiators.Count == 0 ? [Portal] : service.Initiators.Select(initiator => $"{Acls}/{initiator}"))
                Demand(credentials, owner + "/auth/");
        }
        try
        {
            Directory.CreateDirectory($"{Portal}/np/{service.Portal}");
        }
        catch (IOException e)
        {
            throw new KernelTargetException($"The kernel cannot serve {_name} at {service.Portal}: {e.Message}. Is the port free?", e);
        }
        ConfigFs.Set(Portal + "/enable", "1");
    }

    private protected override void BeforePortal()
    {
        if (!Directory.Exists(Portal))
            return;
        foreach (string portal in Groups(Portal + "/np"))
            _ = ConfigFs.TryRemove(portal);
    }

    internal override bool Remove()
    {
        // Sessions end, and initiators hear it.
        if (Directory.Exists(Portal))
            _ = ConfigFs.TrySet(Portal + "/enable", "0");
        // They point to the LUN.
        RemoveInitiators();
        return base.Remove();
    }

    private void RemoveInitiators()
    {
        foreach (string initiator in Groups(Acls))
        {
            foreach (string lun in Groups(initiator))
            {
                foreach (string link in Directory.GetFileSystemEntries(lun))
                    _ = File.ResolveLinkTarget(link, returnFinalTarget: false) is not null && ConfigFs.TryRemove(link);
                _ = ConfigFs.TryRemove(lun);
            }
            _ = ConfigFs.TryRemove(initiator);
        }
    }

    /// <summary>LUN 0 of the initiator is LUN 0 of the target.</summary>
    private void Allow(string initiator)
    {
        string lun = $"{Acls}/{initiator}/lun_0";
        Directory.CreateDirectory(lun);
        Directory.CreateSymbolicLink(lun + "/unit", Lun);
    }

    // Without line ends: the kernel would take one for a part of the secret.
    private static void Demand(IscsiCredentials credentials, string place)
    {
        ConfigFs.SetExactly(place + "userid", credentials.User);
        ConfigFs.SetExactly(place + "password", credentials.Secret);
        if (credentials is not { TargetUser: { } user, TargetSecret: { } secret })
            return;
        ConfigFs.SetExactly(place + "userid_mutual", user);
        ConfigFs.SetExactly(place + "password_mutual", secret);
    }

    private static string[] Groups(string directory) => Directory.Exists(directory) ? Directory.GetDirectories(directory) : [];
}
