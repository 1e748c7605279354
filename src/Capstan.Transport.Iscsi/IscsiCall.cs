using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Capstan.Transport.Iscsi;

/// <summary>What one asynchronous call of the library comes to; lies in native memory, because the library writes to it whenever it likes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IscsiCall
{
    public int IsFinished;
    public int Status;

    /// <summary>A <see cref="GCHandle"/> of the list that discovery fills; 0 otherwise.</summary>
    public nint Targets;

    public static delegate* unmanaged[Cdecl]<nint, int, void*, void*, void> Finished => &OnFinished;

    public static delegate* unmanaged[Cdecl]<nint, int, void*, void*, void> Discovered => &OnDiscovered;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnFinished(nint context, int status, void* data, void* state)
    {
        var call = (IscsiCall*)state;
        call->Status = status;
        call->IsFinished = 1;
    }

    // What is told is the library's, and only until this returns.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDiscovered(nint context, int status, void* data, void* state)
    {
        var call = (IscsiCall*)state;
        if (status == 0 && call->Targets != 0)
        {
            var targets = (List<DiscoveredTarget>)GCHandle.FromIntPtr(call->Targets).Target!;
            for (var address = (DiscoveryAddress*)data; address is not null; address = address->Next)
            {
                var portals = new List<string>();
                for (TargetPortal* portal = address->Portals; portal is not null; portal = portal->Next)
                    portals.Add(Marshal.PtrToStringUTF8((nint)portal->Portal) ?? "");
                targets.Add(new DiscoveredTarget(Marshal.PtrToStringUTF8((nint)address->TargetName) ?? "", portals));
            }
        }

        call->Status = status;
        call->IsFinished = 1;
    }
}

/// <summary>A target that a portal told of.</summary>
/// <param name="Name">iSCSI name.</param>
/// <param name="Portals"><c>host:port,group</c> as the target wrote them; may be empty.</param>
internal sealed record DiscoveredTarget(string Name, IReadOnlyList<string> Portals);
