using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Ssc;

/// <summary>What a cartridge's memory counts of its life.</summary>
internal readonly record struct TapeLife(
    long BytesWritten, long BytesRead, uint WriteErrors, uint ReadErrors,
    long LastMountBytesWritten, long LastMountBytesRead, uint LastMountWriteErrors, uint LastMountReadErrors, byte DensityCode)
{
    /// <summary>Zeros where the cartridge has no memory that can be read.</summary>
    internal static TapeLife Of(ITapeMedium tape) => tape.Memory is { } memory
        ? new TapeLife(
            memory.BytesWrittenInLife, memory.BytesReadInLife, memory.WriteErrorsInLife, memory.ReadErrorsInLife,
            memory.BytesWrittenLoadBefore, memory.BytesReadLoadBefore, memory.WriteErrorsLoadBefore, memory.ReadErrorsLoadBefore,
            tape.Medium.DensityCode)
        : default(TapeLife) with { DensityCode = tape.Medium.DensityCode };

    /// <summary>How many data sets so much takes: the unit in which a drive writes, protected as a whole.</summary>
    internal ulong DataSets(long bytes)
    {
        // ECMA-319 and its successors: the data of one data set by generation.
        long dataSetBytes = DensityCode switch
        {
            <= 0x42 => 404_352,
            <= 0x46 => 1_616_940,
            <= 0x5A => 2_472_960,
            <= 0x5E => 5_031_936,
            _ => 9_805_824,
        };
        return (ulong)((bytes + dataSetBytes - 1) / dataSetBytes);
    }
}
