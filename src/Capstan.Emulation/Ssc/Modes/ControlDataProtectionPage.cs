using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>0Ah/F0h: logical block protection.</summary>
internal sealed class ControlDataProtectionPage() : DriveModePage<ControlDataProtection>(
    new ControlDataProtection { InformationLengthBytes = BlockProtection.Length }, (4, 0xFF), (5, 0x3F), (6, 0xC0))
{
    internal override SenseData? Check(TapeDriveUnit unit, ReadOnlySpan<byte> page, int listOffset)
    {
        var method = (ProtectionMethod)page[4];
        if (!TransferProtection.Takes(GenerationOf(unit), method))
            return Refusal(listOffset, ControlDataProtection.MethodField);
        int length = ControlDataProtection.InformationLengthBytesField.Get(page);
        return length == BlockProtection.Length || length == 0 && method == ProtectionMethod.None
            ? null
            : Refusal(listOffset, ControlDataProtection.InformationLengthBytesField);
    }

    /// <summary>IBM's code of the drive's own medium has the generation in its high digit.</summary>
    private static int GenerationOf(TapeDriveUnit unit) => unit.Generation.MediumTypeCode >> 4;
}
