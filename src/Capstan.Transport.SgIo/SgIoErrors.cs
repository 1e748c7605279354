using Capstan.Scsi;

namespace Capstan.Transport.SgIo;

/// <summary>Turns errno values into faults with a message that says what to do. Pure: tested without a device.</summary>
internal static class SgIoErrors
{
    // asm-generic/errno-base.h and errno.h; x86-64 and arm64 share them.
    internal const int OperationNotPermitted = 1;
    internal const int NoSuchEntry = 2;
    internal const int Interrupted = 4;
    internal const int InputOutput = 5;
    internal const int NoSuchDeviceOrAddress = 6;
    internal const int TryAgain = 11;
    internal const int OutOfMemory = 12;
    internal const int AccessDenied = 13;
    internal const int Busy = 16;
    internal const int NoSuchDevice = 19;
    internal const int NotADirectory = 20;
    internal const int InvalidArgument = 22;
    internal const int NotATypewriter = 25;
    internal const int OutOfDomain = 33;
    internal const int ReadOnlyFileSystem = 30;

    /// <summary>Who may open a device node: for the message when we may not.</summary>
    /// <param name="Mode">Permission bits.</param>
    /// <param name="Group">Name of the owning group, or its number.</param>
    internal readonly record struct NodeAccess(int Mode, string Group)
    {
        private const int GroupReadWrite = 0b110_000;

        public bool GroupMayUse => (Mode & GroupReadWrite) == GroupReadWrite;
    }

    /// <summary>open(2), or the look at the node before it, failed.</summary>
    public static ScsiTransportException Open(string path, int errno, NodeAccess? node) => errno switch
    {
        NoSuchEntry or NotADirectory => New(TransportFault.NotFound,
            $"{path}: no such device. 'modprobe sg' loads the driver that makes /dev/sgN; 'lsscsi -g' lists the devices."),
        NoSuchDevice or NoSuchDeviceOrAddress => New(TransportFault.NotFound,
            $"{path}: there is no device behind this node. Is the drive connected and switched on?"),
        AccessDenied or OperationNotPermitted => New(TransportFault.PermissionDenied, $"{path}: no permission. {HowToGetAccess(node)}"),
        ReadOnlyFileSystem => New(TransportFault.PermissionDenied, $"{path}: the node cannot be opened for writing (read-only file system)."),
        Busy => New(TransportFault.Busy,
            $"{path}: in use by another program. 'fuser -v {path}' shows which; two programs on one drive destroy tapes."),
        _ => New(TransportFault.NotSent, $"{path}: cannot be opened (errno {errno})."),
    };

    /// <summary>SG_IO itself failed: the kernel says why.</summary>
    /// <param name="readOnlyNode">The node's access rights when it is open for reading only; null when it is open for writing too.</param>
    public static ScsiTransportException Execute(string path, in Cdb cdb, int transferBytes, int errno, NodeAccess? readOnlyNode = null) => errno switch
    {
        OperationNotPermitted or AccessDenied => New(TransportFault.PermissionDenied,
            $"{path}: the kernel refused {NameOf(cdb)} (operation code {cdb.OperationCode:X2}h) with {(errno == AccessDenied ? "EACCES" : "EPERM")}. "
            + (readOnlyNode is { } node ? RefusedForReaders(node) : RefusedForWriters)),
        OutOfMemory => New(TransportFault.NotSent,
            $"{path}: the kernel has no memory for a transfer of {transferBytes} bytes, and had none when it was asked again. Nothing was sent. "
            + "Give the machine memory (its memory is short or fragmented), use smaller blocks, or load the driver with 'modprobe sg def_reserved_size=1048576' early after boot."),
        InvalidArgument => New(TransportFault.NotSent,
            $"{path}: a transfer of {transferBytes} bytes is more than the host adapter takes in one command. Use smaller blocks."),
        Busy or TryAgain or OutOfDomain => New(TransportFault.Busy, $"{path}: the kernel's queue for this device is full (errno {errno})."),
        Interrupted => New(TransportFault.Transient, $"{path}: a signal interrupted command {cdb}; it may have been carried out."),
        NoSuchDevice or NoSuchDeviceOrAddress or InputOutput => New(TransportFault.Lost,
            $"{path}: the device is gone (errno {errno}); command {cdb} may have been carried out."),
        _ => New(TransportFault.Lost, $"{path}: SG_IO failed with errno {errno}; command {cdb} may have been carried out."),
    };

    /// <summary>A transfer beyond what was found to work. Nothing was sent.</summary>
    /// <param name="segments">The adapter's segment table; 0 when unknown.</param>
    public static ScsiTransportException TooLarge(string path, int transferBytes, int limitBytes, int segments) => New(TransportFault.NotSent,
        $"{path}: a transfer of {transferBytes} bytes is more than the host adapter takes in one command: at most {limitBytes}"
        + (segments > 0 ? $" (max_sectors, and {segments} segments)" : "") + $". Nothing was sent. Use blocks of at most {limitBytes} bytes.");

    /// <summary>The path is something, and not an sg node.</summary>
    /// <param name="path">What was to be opened.</param>
    /// <param name="what">What it is instead: "a regular file"; null when that is not known.</param>
    /// <param name="matching">The sg node of the same drive, when sysfs knows one.</param>
    public static ScsiTransportException NotGeneric(string path, string? what, string? matching)
    {
        string message = $"{path} is not a SCSI generic device" + (what is null ? "" : $" but {what}") + "; ";
        message += matching is null ? "for /dev/stN or /dev/nstN use the matching /dev/sgM ('lsscsi -g' shows it)." : $"use {matching}, which is the same drive.";
        return New(TransportFault.NotFound, message);
    }

    /// <summary>The helper did not do what the kernel had refused. The command was not sent, or its fate is the helper's to tell.</summary>
    /// <param name="said">What it complained of.</param>
    public static ScsiTransportException Helper(string path, in Cdb cdb, string helper, string said) => New(TransportFault.PermissionDenied,
        $"{path}: the kernel refused {NameOf(cdb)} (operation code {cdb.OperationCode:X2}h), and {helper}, which may send it, did not: {said}. "
        + "`capstan doctor` looks at the helper.");

    /// <summary>Only a reader could open it, and readers need the helper.</summary>
    public static ScsiTransportException OnlyReadable(string path, NodeAccess node) => New(TransportFault.PermissionDenied,
        $"{path}: you may read this node and not write it, and the kernel lets a reader send too few commands for a tape. {HowToGetAccess(node)} "
        + $"To verify and restore only, {InstalledHelper.Name} is enough: install it in {InstalledHelper.SystemPath} with the capability CAP_SYS_RAWIO (docs/permissions.md).");

    /// <summary>One reader at a time: two that move the same tape get each other's files.</summary>
    public static ScsiTransportException ReadByAnother(string path) => New(TransportFault.Busy,
        $"{path}: another Capstan is reading from this drive. 'fuser -v {path}' shows which.");

    private static string NameOf(in Cdb cdb) => CommandTable.NameOf(cdb) ?? "a command";

    private static string RefusedForReaders(NodeAccess node) =>
        "The node is open for reading only, because you may not write it, and a reader without the capability CAP_SYS_RAWIO may not send this command. "
        + HowToGetAccess(node);

    // Linux passes everything on an sg node that is open for writing: drivers/scsi/sg.c, sg_new_write. So this is something else's doing.
    private const string RefusedForWriters =
        "The node is open for writing, and Linux passes every command there; a security module, a seccomp filter of a container or another kernel wants the "
        + "capability CAP_SYS_RAWIO besides: run as root with it, give it to the program (setcap cap_sys_rawio+ep, or AmbientCapabilities=CAP_SYS_RAWIO "
        + "in a systemd unit), or let the filter pass SG_IO.";

    /// <summary>The group opens the node; a udev rule gives the node its group and mode.</summary>
    private static string HowToGetAccess(NodeAccess? node) => node switch
    {
        { GroupMayUse: true, Group: not "root" } access =>
            $"Its group '{access.Group}' may use it: 'sudo usermod -aG {access.Group} USER', then log in again.",
        { } access =>
            $"It belongs to group '{access.Group}' with mode {Convert.ToString(access.Mode & 0x1FF, 8)}: udev rules "
            + "normally give tape drives and changers to group 'tape' with mode 660 (60-capstan-tape.rules does).",
        null => "Tape drives and changers normally belong to group 'tape': 'sudo usermod -aG tape USER', then log in again.",
    };

    private static ScsiTransportException New(TransportFault fault, string message) => new(fault, message);
}
