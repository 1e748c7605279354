using System.Runtime.InteropServices;
using Capstan.Tests;
using Capstan.Transport.SgIo;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>Structures and constants of scsi/sg.h and of the C library.</summary>
public class SgIoHeaderLayoutTests
{
    private static readonly (string C, string Net)[] Fields =
    [
        ("interface_id", nameof(SgIoHeader.InterfaceId)),
        ("dxfer_direction", nameof(SgIoHeader.DataDirection)),
        ("cmd_len", nameof(SgIoHeader.CommandLength)),
        ("mx_sb_len", nameof(SgIoHeader.MaxSenseLength)),
        ("iovec_count", nameof(SgIoHeader.IovecCount)),
        ("dxfer_len", nameof(SgIoHeader.DataLength)),
        ("dxferp", nameof(SgIoHeader.Data)),
        ("cmdp", nameof(SgIoHeader.Command)),
        ("sbp", nameof(SgIoHeader.Sense)),
        ("timeout", nameof(SgIoHeader.TimeoutMilliseconds)),
        ("flags", nameof(SgIoHeader.Flags)),
        ("pack_id", nameof(SgIoHeader.PackId)),
        ("usr_ptr", nameof(SgIoHeader.UserPointer)),
        ("status", nameof(SgIoHeader.Status)),
        ("masked_status", nameof(SgIoHeader.MaskedStatus)),
        ("msg_status", nameof(SgIoHeader.MessageStatus)),
        ("sb_len_wr", nameof(SgIoHeader.SenseLengthWritten)),
        ("host_status", nameof(SgIoHeader.HostStatus)),
        ("driver_status", nameof(SgIoHeader.DriverStatus)),
        ("resid", nameof(SgIoHeader.Residual)),
        ("duration", nameof(SgIoHeader.DurationMilliseconds)),
        ("info", nameof(SgIoHeader.Info)),
    ];

    private static readonly (string C, long Net)[] Constants =
    [
        ("SG_DXFER_NONE", SgIoHeader.DirectionNone),
        ("SG_DXFER_TO_DEV", SgIoHeader.DirectionToDevice),
        ("SG_DXFER_FROM_DEV", SgIoHeader.DirectionFromDevice),
        ("SG_FLAG_DIRECT_IO", SgIoHeader.FlagDirectIo),
        ("SG_INFO_DIRECT_IO_MASK", SgIoHeader.InfoDirectIoMask),
        ("SG_INFO_DIRECT_IO", SgIoHeader.InfoDirectIo),
        ("SG_IO", Interop.Libc.SgIo),
        ("SG_GET_VERSION_NUM", Interop.Libc.SgGetVersionNumber),
        ("SG_GET_RESERVED_SIZE", Interop.Libc.SgGetReservedSize),
        ("SG_SET_RESERVED_SIZE", Interop.Libc.SgSetReservedSize),
        ("SG_GET_SG_TABLESIZE", Interop.Libc.SgGetScatterGatherTableSize),
        ("O_RDWR", Interop.Libc.ReadWrite),
        ("O_EXCL", Interop.Libc.Exclusive),
        ("O_NONBLOCK", Interop.Libc.NonBlock),
        ("O_CLOEXEC", Interop.Libc.CloseOnExec),
        ("S_IFMT", Interop.Libc.FileTypeMask),
        ("S_IFCHR", Interop.Libc.CharacterDevice),
        ("S_IFBLK", Interop.Libc.BlockDevice),
        ("S_IFREG", Interop.Libc.RegularFile),
        ("S_IFDIR", Interop.Libc.Directory),
        ("EPERM", SgIoErrors.OperationNotPermitted),
        ("ENOENT", SgIoErrors.NoSuchEntry),
        ("EINTR", SgIoErrors.Interrupted),
        ("EIO", SgIoErrors.InputOutput),
        ("ENXIO", SgIoErrors.NoSuchDeviceOrAddress),
        ("EAGAIN", SgIoErrors.TryAgain),
        ("ENOMEM", SgIoErrors.OutOfMemory),
        ("EACCES", SgIoErrors.AccessDenied),
        ("EBUSY", SgIoErrors.Busy),
        ("ENODEV", SgIoErrors.NoSuchDevice),
        ("ENOTDIR", SgIoErrors.NotADirectory),
        ("EINVAL", SgIoErrors.InvalidArgument),
        ("ENOTTY", SgIoErrors.NotATypewriter),
        ("EDOM", SgIoErrors.OutOfDomain),
        ("EROFS", SgIoErrors.ReadOnlyFileSystem),
        ("sizeof(sigset_t)", Marshal.SizeOf<Interop.Libc.SignalSet>()),
        ("sizeof(struct statx)", Marshal.SizeOf<Interop.Libc.Status>()),
        ("offsetof(struct statx, stx_uid)", Offset<Interop.Libc.Status>(nameof(Interop.Libc.Status.Uid))),
        ("offsetof(struct statx, stx_gid)", Offset<Interop.Libc.Status>(nameof(Interop.Libc.Status.Gid))),
        ("offsetof(struct statx, stx_mode)", Offset<Interop.Libc.Status>(nameof(Interop.Libc.Status.Mode))),
        ("offsetof(struct statx, stx_rdev_major)", Offset<Interop.Libc.Status>(nameof(Interop.Libc.Status.DeviceMajor))),
        ("offsetof(struct statx, stx_rdev_minor)", Offset<Interop.Libc.Status>(nameof(Interop.Libc.Status.DeviceMinor))),
    ];

    private static long Offset<T>(string field) => Marshal.OffsetOf<T>(field);

    [Fact]
    public void Structures_and_constants_are_those_of_the_c_headers() => CCompiler.ShouldAgree(
        """
        #include <errno.h>
        #include <fcntl.h>
        #include <signal.h>
        #include <sys/stat.h>
        #include <scsi/sg.h>
        """,
        [
            .. Fields.Select(field => ($"sizeof(((sg_io_hdr_t *)0)->{field.C})", SizeOf(typeof(SgIoHeader).GetField(field.Net)!.FieldType))),
            .. Fields.Select(field => ($"offsetof(sg_io_hdr_t, {field.C})", Offset<SgIoHeader>(field.Net))),
            ("sizeof(sg_io_hdr_t)", Marshal.SizeOf<SgIoHeader>()),
            .. Constants,
        ]);

    private static long SizeOf(Type type) => type.IsPointer ? nint.Size : Marshal.SizeOf(type);
}
