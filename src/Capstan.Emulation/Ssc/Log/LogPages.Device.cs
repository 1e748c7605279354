using System.Buffers.Binary;
using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

internal static partial class LogPages
{
    /// <summary>A file has no heads that could get warm: room temperature, and what drives may have at most.</summary>
    private const byte TemperatureCelsius = 25;
    private const byte HighestTemperatureCelsius = 60;

    // SSC-4 8.2.4: bytes from the initiator, to the medium, from the medium, to the initiator; capacities in MB.
    private static void SequentialAccess(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        DriveCounters counters = unit.Counters;
        writer.AddUnsigned(0x0000, Counter, (ulong)counters.BytesFromHost, 8);
        writer.AddUnsigned(0x0001, Counter, (ulong)counters.BytesToTape, 8);
        writer.AddUnsigned(0x0002, Counter, (ulong)counters.BytesFromTape, 8);
        writer.AddUnsigned(0x0003, Counter, (ulong)counters.BytesToHost, 8);
        if (unit.Medium == MediumState.Loaded && unit.Cartridge?.GetPartition(unit.Partition) is { } tape)
        {
            writer.AddUnsigned(0x0004, BinaryList, Megabytes(tape.UsedBytes), 4);
            writer.AddUnsigned(0x0005, BinaryList, Megabytes(tape.CapacityBytes - tape.EarlyWarningBytes), 4);
            writer.AddUnsigned(0x0006, BinaryList, Megabytes(tape.EarlyWarningBytes), 4);
            writer.AddUnsigned(0x0007, BinaryList, Megabytes(tape.UsedBytesAt(unit.Position)), 4);
            // Nothing is acknowledged that is not in the cartridge's file.
            writer.AddUnsigned(0x0008, BinaryList, 0, 4);
        }

        writer.AddUnsigned(0x0100, BinaryList, unit.NeedsCleaning ? 1u : 0u, 8);
    }

    private static void Temperature(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        writer.Add(0x0000, BinaryList, [0, TemperatureCelsius]);
        writer.Add(0x0001, BinaryList, [0, HighestTemperatureCelsius]);
    }

    // ADC-3 6.1.2.2, very high frequency data: byte 0 7 PAMR 6 HUI 5 MACC 4 CMPR 3 WRTP 2 CRQST 1 CRQRD 0 DINIT,
    // byte 1 5 RAA 4 MPRSNT 2 MSTD 1 MTHRD 0 MOUNTED, byte 2 activity, byte 3 0 TAFC.
    private static void DeviceStatus(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        bool seated = unit.Medium is MediumState.Loaded or MediumState.Seated;
        int state = 0x01;
        if (unit.Modes.Compression.Value.CompressionEnabled)
            state |= 0x10;
        if (seated)
            state |= 0x20;
        if (unit.IsTapeProtected && seated)
            state |= 0x08;
        if (unit.NeedsCleaning)
            state |= 0x02;
        if (unit.IsRemovalPrevented)
            state |= 0x80;
        int medium = unit.Medium switch
        {
            MediumState.Loaded => 0x10 | 0x04 | 0x02 | 0x01,
            MediumState.Seated => 0x10 | 0x04,
            MediumState.Ejected => 0x10 | 0x20,
            _ => 0x20,
        };
        byte changes = unit.Alerts.TakeChanged() ? (byte)0x01 : (byte)0;
        writer.Add(0x0000, BinaryList, [(byte)state, (byte)medium, (byte)unit.Activity.Kind, changes]);
        // As often as drives want to be asked: every 100 ms.
        writer.AddUnsigned(0x0001, BinaryList, 100, 2);
    }

    // SSC-4 8.2.3.
    private static void AlertResponse(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        Span<byte> flags = stackalloc byte[8];
        unit.Alerts.Set.WriteBitmap(flags);
        writer.Add(0x0000, BinaryList, flags);
    }

    // SSC-4 8.2.7: who reads it deactivates the flags (4.2.20.2), see LogSenseHandler.
    private static void TapeAlert(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        TapeAlertSet set = unit.Alerts.Set;
        for (ushort flag = 1; flag <= TapeAlertFlag.Count; flag++)
            writer.AddUnsigned(flag, BinaryList, set.Contains(flag) ? 1u : 0u, 1);
    }

    // SSC-4 8.2.5: 00h, nothing to be done.
    private static void RequestedRecovery(TapeDriveUnit unit, ref LogPageWriter writer) => writer.Add(0x0000, BinaryList, [0]);

    // SPL-3 9.2.8: one port with one phy, at 6 Gbit/s, without errors.
    private static void ProtocolPort(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        Span<byte> port = stackalloc byte[52];
        port.Clear();
        port[0] = 0x06;
        port[2] = 1;
        port[3] = 1;
        port[7] = 44;
        // An end device, attached after power on, 6 Gbit/s; SSP on both sides.
        port[8] = 0x11;
        port[9] = 0x1A;
        port[10] = 0x08;
        port[11] = 0x08;
        BinaryPrimitives.WriteUInt64BigEndian(port[12..], Spc.VpdPages.LocalName(unit.Identity));
        writer.Add(0x0001, BinaryList, port);
    }

    // SPC-4 7.3.12: to active, idle a, b and c, standby z and y. This drive is always active.
    private static void PowerTransitions(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        foreach (ushort condition in (ReadOnlySpan<ushort>)[1, 2, 3, 4, 8, 9])
            writer.AddUnsigned(condition, BinaryList, 0, 4);
    }

    // HP: 0 type, 1 status bits (cleaning required; drive and tape good), 2 loads, 3 cleaning cartridge.
    private static void VendorStatus(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        writer.Add(0x0000, BinaryList, [0, 0, 0, 1]);
        writer.Add(0x0001, BinaryList, [unit.NeedsCleaning ? (byte)0x04 : (byte)0, 0x05, unit.Medium == MediumState.Loaded ? (byte)1 : (byte)0, 0]);
        writer.AddUnsigned(0x0002, Counter, (ulong)unit.Counters.LifetimeLoads, 4);
        writer.AddUnsigned(0x0003, Counter, 0, 4);
    }

    // IBM: what little of it is known is zero.
    private static void IbmPerformance(TapeDriveUnit unit, ref LogPageWriter writer) => writer.AddUnsigned(0x0000, BinaryList, 0, 1);

    // HP: 0 repositions for 100 MB, 1 to 4 rates. A file needs no repositions, and its rate is the host's.
    private static void HpPerformance(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        for (ushort code = 0; code <= 4; code++)
            writer.AddUnsigned(code, BinaryList, 0, 2);
    }

    private static void WriteText(Span<byte> field, string text)
    {
        field.Fill((byte)' ');
        System.Text.Encoding.ASCII.GetBytes(text.AsSpan(0, Math.Min(text.Length, field.Length)), field);
    }
}
