using System.Globalization;
using Capstan.Scsi;

namespace Capstan.Transport.Iscsi;

/// <summary>A logical unit, or a target that could not be asked, found at a portal.</summary>
/// <param name="Device">What <c>--device</c> takes; null when the target could not be asked.</param>
/// <param name="DeviceType">Peripheral device type: 1 sequential access, 8 media changer (SPC-5 6.7.2); -1 when unknown.</param>
/// <param name="SerialNumber">Unit serial number (VPD page 80h); null where there is none.</param>
/// <param name="Problem">Why the target could not be asked; null when it could.</param>
public sealed record IscsiLogicalUnit(
    string TargetName, string? Device, int DeviceType, string Vendor, string Product, string Revision, string? SerialNumber, string? Problem);

/// <summary>Asks a portal for its targets, and each target for its logical units.</summary>
public static class IscsiScan
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(30);

    /// <summary>All logical units of all targets. A target that refuses us is listed with the reason.</summary>
    /// <exception cref="ScsiTransportException">The portal itself cannot be asked.</exception>
    public static IReadOnlyList<IscsiLogicalUnit> Run(IscsiPortal portal, IscsiSettings settings)
    {
        ArgumentNullException.ThrowIfNull(portal);
        ArgumentNullException.ThrowIfNull(settings);
        List<DiscoveredTarget> targets;
        using (IscsiSession discovery = IscsiSession.Login(portal, null, settings, (uint)Random.Shared.Next()))
            targets = discovery.Discover(settings.LoginTimeout);

        var units = new List<IscsiLogicalUnit>();
        foreach (DiscoveredTarget target in targets)
        {
            try
            {
                AddUnits(units, BestPortal(portal, target.Portals), target.Name, settings);
            }
            catch (ScsiTransportException e)
            {
                units.Add(new IscsiLogicalUnit(target.Name, null, -1, "", "", "", null, e.Message));
            }
        }

        return units;
    }

    /// <summary>The portal that was asked when the target listens there too: it is known to be reachable, an inner address is not.</summary>
    internal static IscsiPortal BestPortal(IscsiPortal asked, IReadOnlyList<string> portals)
    {
        IscsiPortal? first = null;
        foreach (string text in portals)
        {
            // TargetAddress: host[:port],portal-group-tag (RFC 7143 13.8).
            if (!IscsiPortal.TryParse(text.Split(',')[0], out IscsiPortal portal, out _))
                continue;
            if (portal == asked)
                return asked;
            first ??= portal;
        }

        return first is null || first.Host is "0.0.0.0" or "::" ? asked : first;
    }

    private static void AddUnits(List<IscsiLogicalUnit> units, IscsiPortal portal, string target, IscsiSettings settings)
    {
        Span<byte> answer = stackalloc byte[255];
        foreach (int number in ReportLogicalUnits(new IscsiAddress(portal, target, 0), settings))
        {
            var address = new IscsiAddress(portal, target, number);
            using IscsiTransport transport = IscsiTransport.Open(address, settings);
            if (!TryAsk(transport, new Inquiry(null, (ushort)answer.Length), answer, out int length)
                || !InquiryData.TryDecode(answer[..length], out InquiryData inquiry))
                continue;
            string? serial = TryAsk(transport, new Inquiry(0x80, (ushort)answer.Length), answer, out length)
                && UnitSerialNumber.TryDecode(answer[..length], out UnitSerialNumber page) && page.SerialNumber.Trim() is { Length: > 0 } text
                ? text : null;
            units.Add(new IscsiLogicalUnit(target, address.ToString(), (int)inquiry.Peripheral.DeviceType,
                inquiry.Vendor.Trim(), inquiry.Product.Trim(), inquiry.Revision.Trim(), serial, null));
        }
    }

    // REPORT LUNS is answered by LUN 0 whether or not there is a device (SPC-5 6.37).
    private static List<int> ReportLogicalUnits(IscsiAddress address, IscsiSettings settings)
    {
        using IscsiTransport transport = IscsiTransport.OpenAny(address, settings);
        var answer = new byte[8 + (8 * 1024)];
        if (!TryAsk(transport, new ReportLuns(0, (uint)answer.Length), answer, out int length) || !LunList.TryDecode(answer.AsSpan(0, length), out LunList list))
            throw new ScsiTransportException(TransportFault.NotFound, $"target {address.TargetName} does not list its LUNs.");
        var numbers = new List<int>();
        foreach (ulong lun in list.Luns)
        {
            // Peripheral device addressing on bus 0, and flat space addressing; others are not for initiators like us (SAM-5 4.7.7).
            int first = (int)(lun >> 48);
            if ((first >> 14) is 0 && first <= 255)
                numbers.Add(first);
            else if ((first >> 14) is 1)
                numbers.Add(first & IscsiAddress.MaxLogicalUnitNumber);
        }

        return numbers;
    }

    private static bool TryAsk<TCommand>(IscsiTransport transport, in TCommand command, Span<byte> answer, out int length)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        Span<byte> sense = stackalloc byte[ScsiCompletion.SenseBufferLength];
        length = 0;
        // A unit attention waits for whoever comes first, and this is asked twice at most.
        for (int attempt = 0; attempt < 4; attempt++)
        {
            answer.Clear();
            ScsiCompletion completion = transport.Execute(in command, DataTransfer.FromDevice(answer), sense, CommandTimeout);
            if (completion.Status == ScsiStatus.Good)
            {
                length = answer.Length - (completion.Residual ?? 0);
                return true;
            }

            if (completion.Status != ScsiStatus.CheckCondition
                || !SenseData.TryDecode(sense[..completion.SenseLength], out SenseData decoded) || decoded.Key != SenseKey.UnitAttention)
                return false;
        }

        return false;
    }
}
