using Capstan.Scsi;

namespace Capstan.Transport.SgIo;

/// <summary>What came back from an SG_IO that the kernel carried out: a device's answer, or a broken path.</summary>
/// <param name="Status">The device's status; meaningless when <paramref name="Fault"/> is set.</param>
/// <param name="Fault">How the path broke; null when the device answered.</param>
/// <param name="Reason">For the message: the host or driver status in words.</param>
internal readonly record struct SgIoAnswer(ScsiStatus Status, TransportFault? Fault, string? Reason)
{
    private const byte StatusMask = 0x7E;
    private const int DriverStatusMask = 0x0F;

    private enum HostStatus : ushort
    {
        Ok = 0x00,
        NoConnect = 0x01,
        BusBusy = 0x02,
        TimeOut = 0x03,
        BadTarget = 0x04,
        Abort = 0x05,
        Parity = 0x06,
        Error = 0x07,
        Reset = 0x08,
        BadInterrupt = 0x09,
        PassThrough = 0x0A,
        SoftError = 0x0B,
        ImmediateRetry = 0x0C,
        Requeue = 0x0D,
        TransportDisrupted = 0x0E,
        TransportFailFast = 0x0F,
        TargetFailure = 0x10,
        NexusFailure = 0x11,
        AllocationFailure = 0x12,
        MediumError = 0x13,
        TransportMarginal = 0x14,
    }

    private enum DriverStatus
    {
        Ok = 0x0,
        Busy = 0x1,
        Soft = 0x2,
        Media = 0x3,
        Error = 0x4,
        Invalid = 0x5,
        TimeOut = 0x6,
        Hard = 0x7,
        Sense = 0x8,
    }

    /// <summary>
    /// Sorts status, host status and driver status. The device's own word comes first: some RAID adapters report a transport
    /// error beside CHECK CONDITION with valid sense, and CHECK CONDITION can come without DRIVER_SENSE.
    /// </summary>
    /// <param name="status">Status byte.</param>
    /// <param name="hostStatus">DID_ code of the host adapter's driver.</param>
    /// <param name="driverStatus">DRIVER_ code; suggestions in the upper half are ignored.</param>
    /// <param name="sense">The sense bytes that were written.</param>
    public static SgIoAnswer Sort(byte status, ushort hostStatus, ushort driverStatus, ReadOnlySpan<byte> sense)
    {
        var answered = (ScsiStatus)(status & StatusMask);
        var driver = (DriverStatus)(driverStatus & DriverStatusMask);
        bool hasSense = SenseData.TryDecode(sense, out _);
        if (hasSense && (answered == ScsiStatus.CheckCondition || driver == DriverStatus.Sense))
            return new SgIoAnswer(ScsiStatus.CheckCondition, null, null);

        var host = (HostStatus)hostStatus;
        if (host == HostStatus.NexusFailure || answered == ScsiStatus.ReservationConflict)
            return new SgIoAnswer(ScsiStatus.ReservationConflict, null, null);
        if (host != HostStatus.Ok)
            return Broken(SortHost(host), $"host status {hostStatus:X2}h ({NameOf(host)})");

        return driver switch
        {
            // Sense was announced and none came that can be read: the status alone counts.
            DriverStatus.Ok or DriverStatus.Sense => new SgIoAnswer(answered, null, null),
            DriverStatus.TimeOut => Broken(TransportFault.TimedOut, "driver status 06h (timeout)"),
            DriverStatus.Invalid => Broken(TransportFault.NotSent, "driver status 05h (invalid command)"),
            DriverStatus.Busy or DriverStatus.Soft => Broken(TransportFault.Transient, $"driver status {(int)driver:X2}h (busy)"),
            _ => Broken(TransportFault.Lost, $"driver status {(int)driver:X2}h"),
        };
    }

    private static SgIoAnswer Broken(TransportFault fault, string reason) => new(ScsiStatus.Good, fault, reason);

    private static TransportFault SortHost(HostStatus host) => host switch
    {
        HostStatus.TimeOut => TransportFault.TimedOut,
        HostStatus.BusBusy or HostStatus.SoftError or HostStatus.ImmediateRetry or HostStatus.Requeue => TransportFault.Transient,
        // NoConnect, BadTarget, Reset, TransportDisrupted, TransportFailFast, TargetFailure: the connection is lost. The rest
        // leaves open whether the command was carried out, which is the same for whoever has to decide what is on the tape.
        _ => TransportFault.Lost,
    };

    private static string NameOf(HostStatus host) => host switch
    {
        HostStatus.NoConnect => "no connection",
        HostStatus.BusBusy => "bus busy",
        HostStatus.TimeOut => "timeout",
        HostStatus.BadTarget => "bad target",
        HostStatus.Abort => "aborted",
        HostStatus.Parity => "parity error",
        HostStatus.Error => "internal error of the host adapter",
        HostStatus.Reset => "reset",
        HostStatus.BadInterrupt => "unexpected interrupt",
        HostStatus.PassThrough => "forced through",
        HostStatus.SoftError => "soft error",
        HostStatus.ImmediateRetry => "retry at once",
        HostStatus.Requeue => "requeue",
        HostStatus.TransportDisrupted => "transport disrupted",
        HostStatus.TransportFailFast => "transport failed fast",
        HostStatus.TargetFailure => "target failure",
        HostStatus.AllocationFailure => "allocation failure",
        HostStatus.MediumError => "medium error",
        HostStatus.TransportMarginal => "transport marginal",
        _ => "unknown",
    };
}
