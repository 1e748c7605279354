using Capstan.Drive.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

public sealed partial class TapeDrive
{
    /// <summary>Low digit of IBM's medium types: a write-once cartridge of the generation in the high digit.</summary>
    private const int IbmWriteOnce = 0x0C;

    /// <summary>HP's and Quantum's medium type of a write-once cartridge; a data cartridge has 00h.</summary>
    private const byte HpWriteOnce = 0x01;

    private const byte Lto3Density = 0x44;

    /// <summary>MEDIUM TYPE in the cartridge's memory (SPC-5 7.4.2.4.10): 00h data, 01h cleaning, 80h write-once.</summary>
    private const ushort MediumTypeAttribute = 0x0408;
    private const byte WriteOnceMedium = 0x80;

    /// <summary>
    /// Whether the cartridge is write-once, by whichever of these says so: the medium type (IBM: 3Ch, 4Ch ... ACh; HP: 01h), WORMM of the
    /// Medium Configuration mode page, MEDIUM TYPE 80h in the cartridge's memory. Null where none tells. After <see cref="WaitUntilReady"/>;
    /// moves no tape.
    /// </summary>
    public bool? ReadWriteOnce()
    {
        bool? told = Again(ModeSense10.Name, isAbsolute: false, AskWriteOnce);
        if (told == true)
            return true;
        try
        {
            return ReadAttribute(MediumTypeAttribute) is { Value: [var type] } ? type == WriteOnceMedium : told;
        }
        catch (TapeException e) when (e is TapeCommandException or TapeMediumException or TapeDeviceException { Fault: DeviceFault.PermissionDenied })
        {
            // Not every drive lets its cartridge's memory be read, and not everybody may.
            return told;
        }
    }

    private bool? AskWriteOnce()
    {
        if ((MediumType & 0x0F) == IbmWriteOnce && MediumType >> 4 >= 3)
            return true;
        if (MediumType == HpWriteOnce && DensityCode >= Lto3Density)
            return true;
        if ((Model.Quirks & DriveQuirks.WormModeAlwaysSet) != 0)
            return null;
        Span<byte> answer = stackalloc byte[255];
        answer.Clear();
        SenseVerdict verdict = Run(new ModeSense10(MediumConfiguration.PageCode, 0, false, PageControl.Current, (ushort)answer.Length),
            DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        ThrowIfSurprised(ModeSense10.Name, verdict);
        if (verdict == SenseVerdict.Done && ModeParameters.TryDecode(answer[..Received(answer.Length)], ModeHeaderForm.Ten, out ModeParameters parameters))
        {
            foreach (ModePage page in parameters)
            {
                if (page.Page == MediumConfiguration.PageCode && MediumConfiguration.TryDecode(page.Bytes, out MediumConfiguration configuration))
                    return configuration.WormMode;
            }
        }

        // IBM's type of a data cartridge says as much.
        return (MediumType & 0x0F) == 0x08 && MediumType >> 4 >= 3 ? false : null;
    }
}
