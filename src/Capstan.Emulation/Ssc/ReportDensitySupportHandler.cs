using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>REPORT DENSITY SUPPORT: what the drive reads and writes, or what the cartridge in it is.</summary>
internal readonly struct ReportDensitySupportHandler : ICommandHandler<ReportDensitySupport>
{
    /// <summary>12.7 mm.</summary>
    private const ushort MediaWidth = 127;
    private const string Organization = "LTO-CVE";

    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in ReportDensitySupport command, ref CommandContext context)
    {
        if (command.ForLoadedMedium && !unit.MayRun(CommandNeeds.Medium, ref context))
            return;
        Span<byte> answer = stackalloc byte[1024];
        int length = DensitySupport.HeaderLength;
        if (command.ForLoadedMedium && command.ForMediumTypes)
            length += TypeOf(unit.Model, unit.Tape.Medium, unit.Tape.IsWorm).WriteTo(answer[length..]);
        else if (command.ForLoadedMedium)
            length += DensityOf(unit.Model, unit.Tape.Medium, unit.Tape.TapeCapacityBytes).WriteTo(answer[length..]);
        else
            length = WriteAll(unit.Model, command.ForMediumTypes, answer);
        length = DensitySupport.WriteHeader(answer, length - DensitySupport.HeaderLength);
        context.Return(answer[..length], command.AllocationLength);
        if ((unit.Quirks & VirtualQuirks.AllocationLengthAnswered) != 0)
            context.FillUp(command.AllocationLength);
    }

    /// <summary>In ascending order of density (SSC-4 7.9.3).</summary>
    private static int WriteAll(VirtualDriveModel model, bool ofTypes, Span<byte> answer)
    {
        int length = DensitySupport.HeaderLength;
        foreach (MediumType medium in MediumType.All)
        {
            if (!model.Reads(medium))
                continue;
            if (!ofTypes)
            {
                length += DensityOf(model, medium, medium.NativeCapacityBytes).WriteTo(answer[length..]);
                continue;
            }
            // LTO-2 and older have no WORM; M8 is no cartridge of its own.
            if (medium == MediumType.LtoM8)
                continue;
            length += TypeOf(model, medium, isWorm: false).WriteTo(answer[length..]);
            if (medium.DensityCode > MediumType.Lto2.DensityCode)
                length += TypeOf(model, medium, isWorm: true).WriteTo(answer[length..]);
        }
        return length;
    }

    private static DensityDescriptor DensityOf(VirtualDriveModel model, MediumType medium, long capacityBytes) => new()
    {
        PrimaryDensity = medium.DensityCode,
        SecondaryDensity = medium.DensityCode,
        IsWritable = model.Writes(medium),
        IsDefault = medium == model.Medium,
        BitsPerMillimetre = medium.BitsPerMillimetre,
        MediaWidth = MediaWidth,
        Tracks = (ushort)medium.Tracks,
        CapacityMegabytes = (uint)(capacityBytes / 1_000_000),
        Organization = Organization,
        Name = medium.DensityName,
        Description = medium.Description,
    };

    private static MediumTypeDescriptor TypeOf(VirtualDriveModel model, MediumType medium, bool isWorm) => new()
    {
        MediumType = model.NamesMediumGeneration ? (byte)(medium.MediumTypeCode | (isWorm ? 0x04 : 0)) : isWorm ? (byte)1 : (byte)0,
        Densities = medium == MediumType.Lto7 && model.Writes(MediumType.LtoM8)
            ? [medium.DensityCode, MediumType.LtoM8.DensityCode]
            : [medium.DensityCode],
        MediaWidth = MediaWidth,
        MediumLength = (ushort)medium.LengthMetres,
        Organization = Organization,
        Name = medium.DensityName,
        Description = $"{medium.Description.Split('/')[0]} {(isWorm ? "WORM" : "Data")}",
    };
}
