using System.Runtime.InteropServices;

namespace Capstan.Transport.Iscsi;

/// <summary>struct iscsi_context, with the memory that the library's callbacks write to: it must outlive the context.</summary>
internal sealed unsafe class IscsiContextHandle : SafeHandle
{
    public IscsiContextHandle()
        : base(0, ownsHandle: true)
    {
        Calls = (IscsiCall*)NativeMemory.AllocZeroed((nuint)CallCount, (nuint)sizeof(IscsiCall));
        DataVector = (ScsiIoVector*)NativeMemory.AllocZeroed((nuint)sizeof(ScsiIoVector));
    }

    private const int CallCount = 2;

    private IscsiCall* Calls { get; }

    /// <summary>State of the one command, login or discovery that runs.</summary>
    public IscsiCall* Call => Calls;

    /// <summary>State of a task management function beside it.</summary>
    public IscsiCall* ManagementCall => Calls + 1;

    /// <summary>Where the running command's data are.</summary>
    public ScsiIoVector* DataVector { get; }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        // Destroying calls back for whatever is still queued.
        int status = Interop.Libiscsi.DestroyContext(handle);
        NativeMemory.Free(Calls);
        NativeMemory.Free(DataVector);
        return status == 0;
    }
}
