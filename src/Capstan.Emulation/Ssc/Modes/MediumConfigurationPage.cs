using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>1Dh: whether the cartridge is WORM.</summary>
internal sealed class MediumConfigurationPage() : DriveModePage<MediumConfiguration>(
    new MediumConfiguration { WormLabelRestrictions = 1, WormFilemarkRestrictions = 2 })
{
    internal override void Refresh(TapeDriveUnit unit, Span<byte> page) =>
        MediumConfiguration.WormModeField.Set(page, unit.Cartridge is { IsWorm: true });
}
