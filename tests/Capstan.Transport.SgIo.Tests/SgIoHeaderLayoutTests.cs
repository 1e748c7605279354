using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Capstan.Transport.SgIo;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>The C compiler says what the C header means.</summary>
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
    public void Structures_and_constants_are_those_of_the_c_headers()
    {
        string? compiler = FindCompiler();
        Assert.SkipWhen(compiler is null, "no C compiler (cc) on this machine: the layout stays unchecked here");
        string directory = Directory.CreateTempSubdirectory("capstan-layout").FullName;
        try
        {
            string source = Path.Combine(directory, "layout.c");
            string program = Path.Combine(directory, "layout");
            File.WriteAllText(source, Program());
            (int status, string output) = Run(compiler, "-o", program, source);
            Assert.SkipWhen(output.Contains("scsi/sg.h: No such file", StringComparison.Ordinal), "no scsi/sg.h on this machine");
            status.ShouldBe(0, output);
            Run(program).Output.ShouldBe(Expected());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Program()
    {
        IEnumerable<string> lines =
        [
            .. Fields.Select(field => Line($"sizeof(((sg_io_hdr_t *)0)->{field.C})", $"sizeof {field.C}")),
            .. Fields.Select(field => Line($"offsetof(sg_io_hdr_t, {field.C})", $"offsetof {field.C}")),
            Line("sizeof(sg_io_hdr_t)", "sizeof sg_io_hdr_t"),
            .. Constants.Select(constant => Line(constant.C, constant.C)),
        ];
        return """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <signal.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/stat.h>
            #include <scsi/sg.h>
            int main(void) {

            """ + string.Concat(lines) + "return 0; }\n";

        static string Line(string expression, string name) => $"printf(\"%s %lld\\n\", \"{name}\", (long long)({expression}));\n";
    }

    private static string Expected()
    {
        Type type = typeof(SgIoHeader);
        IEnumerable<string> lines =
        [
            .. Fields.Select(field => $"sizeof {field.C} {SizeOf(type.GetField(field.Net)!.FieldType)}"),
            .. Fields.Select(field => $"offsetof {field.C} {Marshal.OffsetOf<SgIoHeader>(field.Net)}"),
            $"sizeof sg_io_hdr_t {Marshal.SizeOf<SgIoHeader>()}",
            .. Constants.Select(constant => string.Create(CultureInfo.InvariantCulture, $"{constant.C} {constant.Net}")),
        ];
        return string.Concat(lines.Select(line => line + "\n"));

        static int SizeOf(Type type) => type.IsPointer ? nint.Size : Marshal.SizeOf(type);
    }

    private static string? FindCompiler() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(directory => Path.Combine(directory, "cc")).FirstOrDefault(File.Exists);

    private static (int Status, string Output) Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
