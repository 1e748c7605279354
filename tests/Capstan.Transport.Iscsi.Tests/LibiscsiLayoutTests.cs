using System.Runtime.InteropServices;
using Capstan.Tests;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>The C compiler says what the C headers mean, and whether the functions have the parameters that are passed.</summary>
public class LibiscsiLayoutTests
{
    private static readonly (string C, long Net)[] Values =
    [
        ("sizeof(struct scsi_iovec)", Marshal.SizeOf<ScsiIoVector>()),
        ("offsetof(struct scsi_iovec, iov_base)", Offset<ScsiIoVector>(nameof(ScsiIoVector.Base))),
        ("offsetof(struct scsi_iovec, iov_len)", Offset<ScsiIoVector>(nameof(ScsiIoVector.Length))),
        ("offsetof(struct scsi_task, status)", Offset<ScsiTask>(nameof(ScsiTask.Status))),
        ("offsetof(struct scsi_task, cdb_size)", Offset<ScsiTask>(nameof(ScsiTask.CdbLength))),
        ("offsetof(struct scsi_task, xfer_dir)", Offset<ScsiTask>(nameof(ScsiTask.Direction))),
        ("offsetof(struct scsi_task, expxferlen)", Offset<ScsiTask>(nameof(ScsiTask.ExpectedTransferLength))),
        ("offsetof(struct scsi_task, cdb)", Offset<ScsiTask>(nameof(ScsiTask.Cdb))),
        ("offsetof(struct scsi_task, residual_status)", Offset<ScsiTask>(nameof(ScsiTask.ResidualStatus))),
        ("offsetof(struct scsi_task, residual)", Offset<ScsiTask>(nameof(ScsiTask.Residual))),
        ("offsetof(struct scsi_task, sense)", Offset<ScsiTask>(nameof(ScsiTask.Sense))),
        ("offsetof(struct scsi_task, datain)", Offset<ScsiTask>(nameof(ScsiTask.DataIn))),
        ("offsetof(struct scsi_task, mem)", Offset<ScsiTask>(nameof(ScsiTask.Memory))),
        ("offsetof(struct scsi_task, ptr)", Offset<ScsiTask>(nameof(ScsiTask.PrivatePointer))),
        ("sizeof(struct scsi_sense)", Marshal.SizeOf<ScsiSense>()),
        ("offsetof(struct scsi_sense, field_pointer)", Offset<ScsiSense>(nameof(ScsiSense.FieldPointer))),
        ("sizeof(struct scsi_data)", Marshal.SizeOf<ScsiData>()),
        ("offsetof(struct scsi_data, data)", Offset<ScsiData>(nameof(ScsiData.Data))),
        ("sizeof(struct iscsi_discovery_address)", Marshal.SizeOf<DiscoveryAddress>()),
        ("offsetof(struct iscsi_discovery_address, target_name)", Offset<DiscoveryAddress>(nameof(DiscoveryAddress.TargetName))),
        ("offsetof(struct iscsi_discovery_address, portals)", Offset<DiscoveryAddress>(nameof(DiscoveryAddress.Portals))),
        ("offsetof(struct iscsi_target_portal, portal)", Offset<TargetPortal>(nameof(TargetPortal.Portal))),
        ("SCSI_CDB_MAX_SIZE", ScsiTask.MaxCdbLength),
        ("ISCSI_SESSION_DISCOVERY", Interop.Libiscsi.SessionDiscovery),
        ("ISCSI_SESSION_NORMAL", Interop.Libiscsi.SessionNormal),
        ("ISCSI_HEADER_DIGEST_NONE", Interop.Libiscsi.HeaderDigestNone),
        ("ISCSI_HEADER_DIGEST_NONE_CRC32C", Interop.Libiscsi.HeaderDigestNoneCrc32C),
        ("ISCSI_HEADER_DIGEST_CRC32C_NONE", Interop.Libiscsi.HeaderDigestCrc32CNone),
        ("ISCSI_HEADER_DIGEST_CRC32C", Interop.Libiscsi.HeaderDigestCrc32C),
        ("ISCSI_IMMEDIATE_DATA_YES", Interop.Libiscsi.ImmediateDataYes),
        ("ISCSI_INITIAL_R2T_NO", Interop.Libiscsi.InitialReadyToTransferNo),
        ("SCSI_XFER_NONE", Interop.Libiscsi.TransferNone),
        ("SCSI_XFER_READ", Interop.Libiscsi.TransferRead),
        ("SCSI_XFER_WRITE", Interop.Libiscsi.TransferWrite),
        ("SCSI_STATUS_CANCELLED", Interop.Libiscsi.StatusCancelled),
        ("SCSI_STATUS_ERROR", Interop.Libiscsi.StatusError),
        ("SCSI_STATUS_TIMEOUT", Interop.Libiscsi.StatusTimeout),
        ("SCSI_STATUS_REDIRECT", Interop.Libiscsi.StatusRedirect),
        ("SCSI_RESIDUAL_UNDERFLOW", Interop.Libiscsi.ResidualUnderflow),
        ("SCSI_RESIDUAL_OVERFLOW", Interop.Libiscsi.ResidualOverflow),
        ("sizeof(struct pollfd)", Marshal.SizeOf<Interop.Libc.PollDescriptor>()),
        ("offsetof(struct pollfd, events)", Offset<Interop.Libc.PollDescriptor>(nameof(Interop.Libc.PollDescriptor.Events))),
        ("offsetof(struct pollfd, revents)", Offset<Interop.Libc.PollDescriptor>(nameof(Interop.Libc.PollDescriptor.ReturnedEvents))),
        ("sizeof(nfds_t)", nint.Size),
        ("POLLIN", Interop.Libc.PollIn),
        ("POLLOUT", Interop.Libc.PollOut),
        ("POLLERR", Interop.Libc.PollError),
        ("POLLHUP", Interop.Libc.PollHangUp),
        ("POLLRDHUP", Interop.Libc.PollPeerHangUp),
        ("EINTR", Interop.Libc.ErrorInterrupted),
    ];

    // A declaration that differs from the header's is an error to the compiler.
    private const string Prototypes =
        """
        struct iscsi_context *iscsi_create_context(const char *);
        int iscsi_destroy_context(struct iscsi_context *);
        const char *iscsi_get_error(struct iscsi_context *);
        const char *iscsi_get_target_address(struct iscsi_context *);
        int iscsi_set_targetname(struct iscsi_context *, const char *);
        int iscsi_set_session_type(struct iscsi_context *, enum iscsi_session_type);
        int iscsi_set_header_digest(struct iscsi_context *, enum iscsi_header_digest);
        int iscsi_set_immediate_data(struct iscsi_context *, enum iscsi_immediate_data);
        int iscsi_set_initial_r2t(struct iscsi_context *, enum iscsi_initial_r2t);
        int iscsi_set_isid_random(struct iscsi_context *, uint32_t, uint32_t);
        int iscsi_set_initiator_username_pwd(struct iscsi_context *, const char *, const char *);
        int iscsi_set_target_username_pwd(struct iscsi_context *, const char *, const char *);
        void iscsi_set_noautoreconnect(struct iscsi_context *, int);
        void iscsi_set_reconnect_max_retries(struct iscsi_context *, int);
        int iscsi_set_timeout(struct iscsi_context *, int);
        int iscsi_set_tcp_keepalive(struct iscsi_context *, int, int, int);
        void iscsi_set_tcp_user_timeout(struct iscsi_context *, int);
        int iscsi_is_logged_in(struct iscsi_context *);
        int iscsi_get_fd(struct iscsi_context *);
        int iscsi_which_events(struct iscsi_context *);
        int iscsi_out_queue_length(struct iscsi_context *);
        int iscsi_service(struct iscsi_context *, int);
        int iscsi_connect_async(struct iscsi_context *, const char *, void (*)(struct iscsi_context *, int, void *, void *), void *);
        int iscsi_login_async(struct iscsi_context *, void (*)(struct iscsi_context *, int, void *, void *), void *);
        int iscsi_logout_async(struct iscsi_context *, void (*)(struct iscsi_context *, int, void *, void *), void *);
        int iscsi_discovery_async(struct iscsi_context *, void (*)(struct iscsi_context *, int, void *, void *), void *);
        int iscsi_scsi_command_async(struct iscsi_context *, int, struct scsi_task *, void (*)(struct iscsi_context *, int, void *, void *), struct iscsi_data *, void *);
        int iscsi_task_mgmt_abort_task_async(struct iscsi_context *, struct scsi_task *, void (*)(struct iscsi_context *, int, void *, void *), void *);
        struct scsi_task *scsi_create_task(int, unsigned char *, int, int);
        void scsi_free_scsi_task(struct scsi_task *);
        void scsi_set_task_private_ptr(struct scsi_task *, void *);
        int scsi_task_get_status(struct scsi_task *, struct scsi_sense *);
        void scsi_task_set_iov_in(struct scsi_task *, struct scsi_iovec *, int);
        void scsi_task_set_iov_out(struct scsi_task *, struct scsi_iovec *, int);
        """;

    private static long Offset<T>(string field) => Marshal.OffsetOf<T>(field);

    [Fact]
    public void Structures_constants_and_functions_are_those_of_the_c_headers() => CCompiler.ShouldAgree(
        "#include <errno.h>\n#include <poll.h>\n#include <stdint.h>\n#include <iscsi/iscsi.h>\n#include <iscsi/scsi-lowlevel.h>\n" + Prototypes, Values);
}
