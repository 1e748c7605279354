using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Models;

/// <summary>
/// How long a kind of drive takes, as its maker publishes it. Loading, unloading, average rewind: IBM TS2290 Tape Drive, Setup, Operator, and Service
/// Guide, performance characteristics (LTO-5 to LTO-9). Data rates: IBM TS4300 Tape Library, speed matching (LTO-7 to LTO-9), and the native rates
/// of the format for the older ones. Where a maker says nothing, docs/vtl.md says what was taken instead.
/// </summary>
internal sealed record DriveTiming
{
    /// <summary>From the cartridge in the drive to a tape that can be read, in seconds.</summary>
    internal required double LoadSeconds { get; init; }

    /// <summary>From a rewound tape to a cartridge that sticks out, in seconds.</summary>
    internal required double UnloadSeconds { get; init; }

    /// <summary>REWIND from the middle of the tape, in seconds.</summary>
    internal required double AverageRewindSeconds { get; init; }

    /// <summary>What the drive's own buffer holds, in bytes.</summary>
    internal required long BufferBytes { get; init; }

    /// <summary>To start and stop, whatever the way (cern-cta/CTA rao/CTACostHeuristic.cpp, measured on LTO-8), in seconds.</summary>
    internal const double StartSeconds = 4.29;

    /// <summary>To another wrap, in seconds (the same).</summary>
    internal const double WrapSeconds = 6.69;

    /// <summary>To a wrap of the other direction, on top of that, in seconds (the same).</summary>
    internal const double DirectionSeconds = 5.22;

    /// <summary>A tape that ran out of data stops, goes back, and starts again, in seconds. An estimate: no maker publishes it.</summary>
    internal const double BackhitchSeconds = 3;

    /// <summary>
    /// An LTO-9 tape that is measured, in seconds: 40 minutes on the average (IBM TS4300 Tape Library guide, LTO-9 media optimization).
    /// </summary>
    internal const double InitializingSeconds = 2400;

    /// <summary>A cleaning, from the cartridge in the drive to one that sticks out, in seconds (estimated: makers say two to five minutes).</summary>
    internal const double CleaningSeconds = 120;

    /// <summary>The end of data is recorded where the tape stands, in seconds: a short erase.</summary>
    internal const double EndOfDataSeconds = StartSeconds;

    /// <summary>To record the layout of a tape, in seconds: to each partition's first wrap, and an end of data there. An estimate: no maker publishes it.</summary>
    internal static double FormattingSeconds(int partitions) => partitions * (StartSeconds + WrapSeconds + EndOfDataSeconds);

    /// <summary>Along the whole tape, in seconds.</summary>
    internal double FullLengthSeconds => 2 * (AverageRewindSeconds - StartSeconds);

    /// <summary>Of a generation of drives, 4 to 10.</summary>
    internal static DriveTiming Of(VirtualDriveModel model) => model.Generation switch
    {
        <= 5 => new() { LoadSeconds = 12, UnloadSeconds = 17, AverageRewindSeconds = 60, BufferBytes = 256L << 20 },
        6 => new() { LoadSeconds = 12, UnloadSeconds = 17, AverageRewindSeconds = 62, BufferBytes = 512L << 20 },
        7 => new() { LoadSeconds = 15, UnloadSeconds = 20, AverageRewindSeconds = 60, BufferBytes = 1L << 30 },
        8 => new() { LoadSeconds = 15, UnloadSeconds = 24, AverageRewindSeconds = 59, BufferBytes = 1L << 30 },
        _ => new() { LoadSeconds = 16, UnloadSeconds = 56, AverageRewindSeconds = 62, BufferBytes = 1L << 30 },
    };

    /// <summary>Bytes a second at which the tape can run: from the slowest to the fastest; in between the drive matches the host.</summary>
    internal static (double Slowest, double Fastest) RatesOf(VirtualDriveModel model, MediumType medium)
    {
        (double slowest, double fastest) = medium.DensityCode switch
        {
            <= 0x44 => (40, 80),
            0x46 => (40, 120),
            0x58 => (40, 140),
            0x5A => (40, 160),
            0x5C or 0x5D => (101.46, 300),
            0x5E => (112, 360),
            _ => (177, 400),
        };
        // Half-height drives: 300 MB/s (IBM TS2290).
        bool isHalfHeight = model.Product.Contains("HH", StringComparison.Ordinal);
        return (slowest * 1e6, Math.Min(fastest, isHalfHeight ? 300 : fastest) * 1e6);
    }
}

/// <summary>How long a robot takes, in seconds.</summary>
internal static class ChangerTiming
{
    /// <summary>Half of what it takes to change cartridges in a drive (Exabyte Magnum 1x7 LTO Autoloader, move complete time: 26 s).</summary>
    internal const double MoveSeconds = 13;

    /// <summary>Looks at every slot: 5 s each (Exabyte Magnum 1x7), at most 60 s a frame of some 200 (IBM TS3500, inventory times).</summary>
    internal static double InventorySeconds(int slots) => Math.Min(5.0 * slots, 60.0 * ((slots + 199) / 200));
}
