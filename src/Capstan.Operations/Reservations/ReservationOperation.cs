using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Capstan.Drive;

namespace Capstan.Operations.Reservations;

/// <summary>`capstan drive reserve`, `release`, `reservations`: which host may use a drive that several can reach.</summary>
public static class ReservationOperation
{
    private const string What = "keep itself for one host (PERSISTENT RESERVE)";

    /// <summary>Registers this host and reserves the drive for it, or for all that are registered.</summary>
    /// <exception cref="OperationException">Another host has it, or the drive has no reservations.</exception>
    public static ReservationReport Reserve(OperationContext context, ReserveRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Act(context, request.Device, request.Key, (drive, key) =>
        {
            DriveReservations before = drive.ReadReservations();
            if (before.HolderKey is { } holder && holder != key)
            {
                throw new OperationException(ExitStatus.Device,
                    $"{drive.Name}: another host has this drive: key {Text(holder)} holds it, {before.Kind}{Initiator(before, holder)}. It ends it with `capstan drive release`; `capstan drive release --break` takes it away.");
            }

            ReservationScope scope = request.Shared ? ReservationScope.Registrants : ReservationScope.Holder;
            try
            {
                drive.Reserve(key, scope);
            }
            catch (TapeDeviceException e) when (before.HolderKey == key && e.Fault == DeviceFault.Busy)
            {
                throw new OperationException(ExitStatus.Device,
                    $"{drive.Name}: this host holds the drive already, in another way: {before.Kind}. `capstan drive release` ends that first.", e);
            }
        });
    }

    /// <summary>Ends the reservation and registration of this host, or of everybody.</summary>
    /// <exception cref="OperationException">This host has none, or the drive has no reservations.</exception>
    public static ReservationReport Release(OperationContext context, ReleaseRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Act(context, request.Device, request.Key, (drive, key) =>
        {
            if (request.Break)
            {
                drive.ClearReservations(key);
                return;
            }

            DriveReservations before = drive.ReadReservations();
            if (!before.Keys.Contains(key))
            {
                string others = before.Keys.Count == 0 ? "Nobody has reserved it."
                    : $"Registered: {string.Join(", ", before.Keys.Select(Text))}. `capstan drive release --key HEX` ends what was registered here with another key, `capstan drive release --break` takes them all away, and their hosts are told.";
                throw new OperationException(ExitStatus.Device, $"{drive.Name}: this host is not registered with key {Text(key)}. {others}");
            }

            drive.ReleaseReservation(key);
        });
    }

    /// <summary>Who may use the drive.</summary>
    /// <exception cref="OperationException">The drive has no reservations.</exception>
    public static ReservationReport Show(OperationContext context, string? device) => Act(context, device, null, static (_, _) => { });

    /// <summary>Reserves the drive, or gives it back, as drives did it before persistent reservations (RESERVE and RELEASE of SPC-2).</summary>
    /// <exception cref="OperationException">Another host has it, or the drive has no such reservations.</exception>
    public static LegacyReservationReport Legacy(OperationContext context, string? device, bool reserves)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            string command = "";
            try
            {
                Unsupported.Guard(drive, "keep itself for one host (RESERVE)", () => command = reserves ? drive.ReserveLegacy() : drive.ReleaseLegacy());
            }
            catch (TapeDeviceException e) when (e.Fault == DeviceFault.Busy && TryReadKeys(drive) is { Count: > 0 } keys)
            {
                // SPC-4 5.13.3: both kinds at once there is not.
                throw new OperationException(ExitStatus.Device,
                    $"{drive.Name}: this drive is used with persistent reservations (registered: {string.Join(", ", keys.Select(Text))}), and then refuses the older kind. `capstan drive reserve` without --legacy takes part in them.", e);
            }

            return new LegacyReservationReport(open.Source.Device, open.Source.PickedBy, reserves ? "reserve" : "release", command);
        });
    }

    private static IReadOnlyList<ulong>? TryReadKeys(TapeDrive drive)
    {
        try
        {
            return drive.ReadReservations().Keys;
        }
        catch (TapeException)
        {
            // Where another host has it by RESERVE, this is refused as well.
            return null;
        }
    }

    /// <summary>The key of this host: the same at every call, and not that of another host.</summary>
    public static ulong OwnKey
    {
        get
        {
            const string machineId = "/etc/machine-id";
            string host = File.Exists(machineId) ? File.ReadAllText(machineId).Trim() : Environment.MachineName;
            return Math.Max(1, BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes("capstan reservation key " + host))));
        }
    }

    private static ReservationReport Act(OperationContext context, string? device, ulong? key, Action<TapeDrive, ulong> act)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            ulong own = key ?? OwnKey;
            DriveReservations? now = null;
            Unsupported.Guard(open.Drive, What, () =>
            {
                RequireNoOlderKind(open.Drive);
                act(open.Drive, own);
                now = open.Drive.ReadReservations();
            });
            return Report(open, now!, own);
        });
    }

    /// <summary>PERSISTENT RESERVE IN passes every persistent reservation: what it conflicts with is RESERVE (SPC-2 5.5.1).</summary>
    private static void RequireNoOlderKind(TapeDrive drive)
    {
        try
        {
            _ = drive.ReadReservations();
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.Busy)
        {
            throw new OperationException(ExitStatus.Device,
                $"{drive.Name}: this drive is reserved with the older kind (RESERVE), and then tells nothing about persistent reservations. `capstan drive release --legacy` ends it on the host that made it.", e);
        }
    }

    private static ReservationReport Report(OpenDrive open, DriveReservations now, ulong own) => new(
        open.Source.Device, open.Source.PickedBy, now.Kind, now.HolderKey is { } holder ? Text(holder) : null,
        now.Registrants is { } registrants
            ? [.. registrants.Select(one => new RegistrantReport(Text(one.Key), one.Key == own, one.IsHolder, one.Initiator, one.TargetPort))]
            : [.. now.Keys.Select(one => new RegistrantReport(Text(one), one == own, one == now.HolderKey, null, null))],
        Text(own), now.Generation, now.Kinds, now.SurvivesPowerLoss);

    private static string Initiator(DriveReservations state, ulong key) =>
        state.Registrants?.FirstOrDefault(one => one.Key == key) is { } found ? $" ({found.Initiator})" : "";

    private static string Text(ulong key) => "0x" + key.ToString("x16", CultureInfo.InvariantCulture);
}
