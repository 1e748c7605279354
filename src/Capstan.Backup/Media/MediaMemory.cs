using System.Globalization;
using Capstan.Drive;

namespace Capstan.Backup.Media;

/// <summary>What a backup notes in the memory of the cartridge, for people and for other programs.</summary>
/// <param name="ProgramVersion">Of Capstan: <c>0.1.0</c>.</param>
/// <param name="Host">This machine.</param>
/// <param name="Barcode">Of the cartridge where the way to the drive knows it; null leaves what is there.</param>
public sealed record MediaMemoryPlan(string ProgramVersion, string Host, string? Barcode);

/// <summary>
/// Writes who uses a tape into the cartridge's memory (attributes 0800h to 080Bh, SPC-4 7.4.2.4). It is a courtesy: the tape itself says
/// everything, and a memory that cannot be written costs nothing.
/// </summary>
internal static class MediaMemory
{
    private const string Vendor = "CAPSTAN";
    private const string Application = "Capstan";

    /// <summary>Of docs/formats/tape.md.</summary>
    private const string FormatVersion = "1";

    private const byte Utf8 = 0x81;
    private const ushort ApplicationVendorId = 0x0800;
    private const ushort ApplicationNameId = 0x0801;
    private const ushort ApplicationVersionId = 0x0802;
    private const ushort LabelId = 0x0803;
    private const ushort DateId = 0x0804;
    private const ushort LocalizationId = 0x0805;
    private const ushort BarcodeId = 0x0806;
    private const ushort HostId = 0x0807;
    private const ushort PoolId = 0x0808;
    private const ushort FormatVersionId = 0x080B;

    /// <summary>Notes a label that was just written, or that a backup ended. Moves no tape.</summary>
    /// <param name="drive">The drive.</param>
    /// <param name="label">Of the tape.</param>
    /// <param name="plan">What is noted besides.</param>
    /// <param name="now">When the tape was written.</param>
    /// <returns>Why it could not be written, as a sentence; null when it was.</returns>
    /// <exception cref="TapeException">The drive was reset or its tape changed: who goes on writing has to know.</exception>
    public static string? Write(TapeDrive drive, MediaLabel label, MediaMemoryPlan plan, DateTimeOffset now)
    {
        try
        {
            CartridgeAttributes there = drive.ReadAttributes();
            List<AttributeChange> changes = Changes(there, label, plan, now);
            try
            {
                drive.WriteAttributes(changes);
            }
            catch (TapeCommandException e) when (e.IsUnsupported && there.All.Count > 0)
            {
                // A drive that lacks one of them takes none: one by one, those that it has.
                OneByOne(drive, changes, e);
            }

            return null;
        }
        catch (TapeException e) when (e is TapeCommandException or TapeMediumException { Fault: not MediumFault.Changed }
            or TapeDeviceException { Fault: DeviceFault.PermissionDenied or DeviceFault.NotReady or DeviceFault.HardwareFailure })
        {
            return $"The cartridge's memory was not updated, which does no harm to the backup: {e.Message}";
        }
    }

    private static void OneByOne(TapeDrive drive, List<AttributeChange> changes, TapeCommandException refusal)
    {
        int written = 0;
        foreach (AttributeChange change in changes)
        {
            try
            {
                drive.WriteAttributes([change]);
                written++;
            }
            catch (TapeCommandException e) when (e.IsUnsupported)
            {
                // The drive has no such attribute.
            }
        }

        if (written == 0)
            throw refusal;
    }

    private static List<AttributeChange> Changes(CartridgeAttributes there, MediaLabel label, MediaMemoryPlan plan, DateTimeOffset now)
    {
        bool isOurs = there.Application == Application;
        var changes = new List<AttributeChange>
        {
            AttributeChange.Text(ApplicationVendorId, Vendor, Utf8),
            AttributeChange.Text(ApplicationNameId, Application, Utf8),
            AttributeChange.Text(ApplicationVersionId, plan.ProgramVersion, Utf8),
            AttributeChange.Text(LabelId, label.Text, Utf8),
            AttributeChange.Text(DateId, now.UtcDateTime.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture), Utf8),
            AttributeChange.Byte(LocalizationId, Utf8),
        };
        if (plan.Barcode is { } barcode)
            changes.Add(AttributeChange.Text(BarcodeId, barcode, Utf8));
        // The host from which the label is (SPC-4 7.4.2.4.8), not the one that appended last.
        if (!isOurs || there.Label != label.Text || there.Find(HostId) is null)
            changes.Add(AttributeChange.Text(HostId, plan.Host, Utf8));
        // A pool of another program's is none of ours; one that somebody gave the cartridge stays.
        if (!isOurs && there.Application is not null && there.Find(PoolId) is not null)
            changes.Add(AttributeChange.Delete(PoolId));
        changes.Add(AttributeChange.Text(FormatVersionId, FormatVersion, Utf8));
        return changes;
    }
}
