using System.Collections.Immutable;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

public sealed partial class TapeDrive
{
    /// <summary>Densities that the drive supports, or that of the medium in it (REPORT DENSITY SUPPORT). Moves no tape.</summary>
    /// <exception cref="TapeCommandException">The drive does not know the command, or answers nonsense.</exception>
    /// <exception cref="TapeMediumException">It was asked for the medium's, and there is none.</exception>
    public ImmutableArray<DensityDescriptor> ReadDensities(bool ofLoadedMedium) =>
        DensitySupport.TryDecode(AskDensity(ofTypes: false, ofLoadedMedium), out ImmutableArray<DensityDescriptor> densities)
            ? densities
            : throw new TapeCommandException($"{Name}: the drive's answer to {ReportDensitySupport.Name} is malformed.");

    /// <summary>Kinds of media that the drive supports, or that of the medium in it. Moves no tape.</summary>
    /// <inheritdoc cref="ReadDensities"/>
    public ImmutableArray<MediumTypeDescriptor> ReadMediumTypes(bool ofLoadedMedium) =>
        DensitySupport.TryDecode(AskDensity(ofTypes: true, ofLoadedMedium), out ImmutableArray<MediumTypeDescriptor> types)
            ? types
            : throw new TapeCommandException($"{Name}: the drive's answer to {ReportDensitySupport.Name} is malformed.");

    private byte[] AskDensity(bool ofTypes, bool ofLoadedMedium)
    {
        // Some drives call the allocation length the length of the answer, and fill it up: what is not there is zero, and ends the list.
        var answer = new byte[4096];
        RunOrThrow(new ReportDensitySupport(ofTypes, ofLoadedMedium, (ushort)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        return answer[..Received(answer.Length)];
    }
}
