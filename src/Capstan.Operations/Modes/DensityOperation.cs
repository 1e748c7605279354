using System.Collections.Immutable;
using Capstan.Drive;
using Capstan.Scsi;

namespace Capstan.Operations.Modes;

/// <summary>`capstan drive density`: REPORT DENSITY SUPPORT of the drive and of the medium in it.</summary>
public static class DensityOperation
{
    /// <summary>Asks the drive. Moves no tape, and needs none.</summary>
    /// <exception cref="OperationException">The drive cannot be used, or does not know the command.</exception>
    public static DensityReport Run(OperationContext context, string? device)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            ImmutableArray<DensityDescriptor> densities = [];
            Unsupported.Guard(drive, "tell which densities it supports (REPORT DENSITY SUPPORT)", () => densities = drive.ReadDensities(ofLoadedMedium: false));
            return new DensityReport(open.Source.Device, open.Source.PickedBy, [.. densities.Select(Line)], OfMedium(drive), TypesOf(drive));
        });
    }

    /// <summary>Decodes a saved answer to REPORT DENSITY SUPPORT, of densities or of medium types: their descriptors differ in length.</summary>
    /// <param name="data">The answer.</param>
    /// <param name="name">Of the file, for the report.</param>
    /// <exception cref="OperationException">It is no answer to REPORT DENSITY SUPPORT.</exception>
    public static DensityReport Decode(byte[] data, string name)
    {
        // Bytes 2 and 3 are reserved: what has something there is another answer.
        if (data.Length < DensitySupport.HeaderLength || data[2] != 0 || data[3] != 0)
            throw No(data, name);
        if (DensitySupport.HoldsMediumTypes(data) && DensitySupport.TryDecode(data, out ImmutableArray<MediumTypeDescriptor> types) && types.Length > 0)
            return new DensityReport(name, null, null, null, [.. types.Select(Line)]);
        return DensitySupport.TryDecode(data, out ImmutableArray<DensityDescriptor> densities) && densities.Length > 0
            ? new DensityReport(name, null, [.. densities.Select(Line)], null, null)
            : throw No(data, name);
    }

    private static OperationException No(byte[] data, string name) =>
        new(ExitStatus.Failed, $"{name}: {data.Length} bytes that are no answer to REPORT DENSITY SUPPORT.");

    private static DensityLine? OfMedium(TapeDrive drive)
    {
        if (drive.TestReady().State != DriveState.Ready)
            return null;
        try
        {
            return drive.ReadDensities(ofLoadedMedium: true) is [var density, ..] ? Line(density) : null;
        }
        catch (TapeException e) when (e is TapeCommandException or TapeMediumException)
        {
            return null;
        }
    }

    private static MediumTypeLine[]? TypesOf(TapeDrive drive)
    {
        try
        {
            return [.. drive.ReadMediumTypes(ofLoadedMedium: false).Select(Line)];
        }
        catch (TapeCommandException)
        {
            // MEDIUM TYPE came with SSC-3.
            return null;
        }
    }

    private static DensityLine Line(DensityDescriptor density) => new(
        density.PrimaryDensity, density.SecondaryDensity, Density.Name(density.PrimaryDensity), density.IsWritable, density.IsDefault,
        density.BitsPerMillimetre, density.MediaWidth / 10.0, density.Tracks, density.CapacityMegabytes * 1_000_000L,
        density.Organization ?? "", density.Name ?? "", density.Description ?? "");

    private static MediumTypeLine Line(MediumTypeDescriptor type) => new(
        type.MediumType, [.. type.Densities.Select(static code => (int)code)], type.MediaWidth / 10.0, type.MediumLength,
        type.Organization ?? "", type.Name ?? "", type.Description ?? "");
}
