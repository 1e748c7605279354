using System.Runtime.InteropServices;
using Capstan.Emulation.Kernel;

namespace Capstan.Emulation.Tests.Kernel;

/// <summary>Structures of linux/target_core_user.h.</summary>
public class TcmuLayoutTests
{
    private static readonly (string C, long Net)[] Numbers =
    [
        ("offsetof(struct tcmu_mailbox, version)", At<TcmuMailbox>(nameof(TcmuMailbox.Version))),
        ("offsetof(struct tcmu_mailbox, flags)", At<TcmuMailbox>(nameof(TcmuMailbox.Flags))),
        ("offsetof(struct tcmu_mailbox, cmdr_off)", At<TcmuMailbox>(nameof(TcmuMailbox.RingOffset))),
        ("offsetof(struct tcmu_mailbox, cmdr_size)", At<TcmuMailbox>(nameof(TcmuMailbox.RingSize))),
        ("offsetof(struct tcmu_mailbox, cmd_head)", At<TcmuMailbox>(nameof(TcmuMailbox.Head))),
        ("offsetof(struct tcmu_mailbox, cmd_tail)", At<TcmuMailbox>(nameof(TcmuMailbox.Tail))),
        ("sizeof(struct tcmu_cmd_entry_hdr)", Marshal.SizeOf<TcmuHeader>()),
        ("offsetof(struct tcmu_cmd_entry_hdr, len_op)", At<TcmuHeader>(nameof(TcmuHeader.LengthAndOperation))),
        ("offsetof(struct tcmu_cmd_entry_hdr, cmd_id)", At<TcmuHeader>(nameof(TcmuHeader.CommandId))),
        ("offsetof(struct tcmu_cmd_entry_hdr, kflags)", At<TcmuHeader>(nameof(TcmuHeader.KernelFlags))),
        ("offsetof(struct tcmu_cmd_entry_hdr, uflags)", At<TcmuHeader>(nameof(TcmuHeader.UserFlags))),
        ("offsetof(struct tcmu_cmd_entry, req.iov_cnt)", Behind<TcmuRequest>(nameof(TcmuRequest.VectorCount))),
        ("offsetof(struct tcmu_cmd_entry, req.iov_bidi_cnt)", Behind<TcmuRequest>(nameof(TcmuRequest.BidirectionalVectorCount))),
        ("offsetof(struct tcmu_cmd_entry, req.iov_dif_cnt)", Behind<TcmuRequest>(nameof(TcmuRequest.IntegrityVectorCount))),
        ("offsetof(struct tcmu_cmd_entry, req.cdb_off)", Behind<TcmuRequest>(nameof(TcmuRequest.CdbOffset))),
        ("offsetof(struct tcmu_cmd_entry, req.iov)", Marshal.SizeOf<TcmuHeader>() + Marshal.SizeOf<TcmuRequest>()),
        ("offsetof(struct iovec, iov_base)", At<TcmuVector>(nameof(TcmuVector.Offset))),
        ("offsetof(struct iovec, iov_len)", At<TcmuVector>(nameof(TcmuVector.LengthBytes))),
        ("sizeof(struct iovec)", Marshal.SizeOf<TcmuVector>()),
        ("offsetof(struct tcmu_cmd_entry, rsp.scsi_status)", Behind<TcmuResponse>(nameof(TcmuResponse.Status))),
        ("offsetof(struct tcmu_cmd_entry, rsp.read_len)", Behind<TcmuResponse>(nameof(TcmuResponse.ReadLength))),
        ("offsetof(struct tcmu_cmd_entry, rsp.sense_buffer)", Behind<TcmuResponse>(nameof(TcmuResponse.Sense))),
        ("sizeof(struct tcmu_cmd_entry)", Marshal.SizeOf<TcmuHeader>() + Marshal.SizeOf<TcmuResponse>()),
        ("offsetof(struct tcmu_tmr_entry, tmr_type)", Behind<TcmuTaskManagement>(nameof(TcmuTaskManagement.Function))),
        ("offsetof(struct tcmu_tmr_entry, cmd_cnt)", Behind<TcmuTaskManagement>(nameof(TcmuTaskManagement.CommandCount))),
        ("offsetof(struct tcmu_tmr_entry, cmd_ids)", Marshal.SizeOf<TcmuHeader>() + Marshal.SizeOf<TcmuTaskManagement>()),
        ("TCMU_MAILBOX_VERSION", TcmuMailbox.SupportedVersion),
        ("TCMU_MAILBOX_FLAG_CAP_READ_LEN", TcmuMailbox.FlagReadLength),
        ("TCMU_MAILBOX_FLAG_CAP_TMR", TcmuMailbox.FlagTaskManagement),
        ("TCMU_OP_PAD", TcmuHeader.OperationPad),
        ("TCMU_OP_CMD", TcmuHeader.OperationCommand),
        ("TCMU_OP_TMR", TcmuHeader.OperationTaskManagement),
        ("TCMU_OP_MASK", TcmuHeader.OperationMask),
        ("TCMU_UFLAG_UNKNOWN_OP", TcmuHeader.UserUnknownOperation),
        ("TCMU_UFLAG_READ_LEN", TcmuHeader.UserReadLength),
        ("TCMU_SENSE_BUFFERSIZE", TcmuResponse.SenseLength),
        ("TCMU_TMR_LUN_RESET", TcmuTaskManagement.LogicalUnitReset),
        ("TCMU_TMR_TARGET_WARM_RESET", TcmuTaskManagement.TargetWarmReset),
        ("TCMU_TMR_TARGET_COLD_RESET", TcmuTaskManagement.TargetColdReset),
        ("PROT_READ", Interop.LibC.ProtectRead),
        ("PROT_WRITE", Interop.LibC.ProtectWrite),
        ("MAP_SHARED", Interop.LibC.MapShared),
    ];

    [Fact]
    public void Structures_and_constants_are_those_of_the_c_header() =>
        CCompiler.ShouldAgree("#include <sys/mman.h>\n#include <linux/target_core_user.h>", Numbers);

    /// <summary>As /sys/class/uio/uioN/name has them; those of others must not be taken for ours.</summary>
    [Theory]
    [InlineData("tcm-user/9840/capstan-CAP080EC27/capstan/test", "CAP080EC27", "test")]
    [InlineData("tcm-user/9840/capstan-CAP080EC27/capstan/test/2", "CAP080EC27", "test/2")]
    [InlineData("tcm-user/0/disk/qcow//srv/capstan/test", null, null)]
    [InlineData("tcm-user/9840/disk-1/capstan/test", null, null)]
    [InlineData("tcm-user/9840/capstan-1", null, null)]
    [InlineData("hv_vmbus", null, null)]
    [InlineData("", null, null)]
    public void Names_of_uio_devices_tell_whose_they_are(string name, string? serialNumber, string? label)
    {
        TcmuBackstore.TryParseUioName(name, out string serial, out string of).ShouldBe(serialNumber is not null);
        (serial, of).ShouldBe((serialNumber ?? "", label ?? ""));
    }

    private static long At<T>(string field) => Marshal.OffsetOf<T>(field);

    /// <summary>In an entry: behind its header.</summary>
    private static long Behind<T>(string field) => Marshal.SizeOf<TcmuHeader>() + Marshal.OffsetOf<T>(field);
}
