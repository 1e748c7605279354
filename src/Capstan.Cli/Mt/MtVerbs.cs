using Capstan.Operations.Movement;

namespace Capstan.Cli.Mt;

/// <summary>What becomes of one of mt's operations.</summary>
internal enum MtKind
{
    Move,
    Weof,
    Eject,
    Load,
    Lock,
    Unlock,
    Tell,
    Status,
    Densities,
    Erase,
    MakePartitions,

    /// <summary>setpartition, partseek.</summary>
    Partition,
    BlockLength,
    Compression,
    Buffering,
    Density,

    /// <summary>Setmarks: no LTO drive has them (SSC-2 dropped them).</summary>
    Setmarks,

    /// <summary>Sets or shows something of the kernel's tape driver, which does not take part here.</summary>
    KernelDriver,
}

/// <summary>One of mt's operations.</summary>
/// <param name="Name">As mt-st 1.7 names it.</param>
/// <param name="MaxArguments">More of them are refused.</param>
/// <param name="Move">For <see cref="MtKind.Move"/>.</param>
internal sealed record MtVerb(string Name, MtKind Kind, int MaxArguments, TapeMove Move = default);

/// <summary>mt's operations in mt's order (mt-st 1.7, `mt -h`), which is also the order in which abbreviations are looked up.</summary>
internal static class MtVerbs
{
    public const int AnyNumber = int.MaxValue;

    public static IReadOnlyList<MtVerb> All { get; } =
    [
        new("weof", MtKind.Weof, 1),
        new("wset", MtKind.Setmarks, 1),
        new("eof", MtKind.Weof, 1),
        new("fsf", MtKind.Move, 1, TapeMove.Fsf),
        new("fsfm", MtKind.Move, 1, TapeMove.Fsfm),
        new("bsf", MtKind.Move, 1, TapeMove.Bsf),
        new("bsfm", MtKind.Move, 1, TapeMove.Bsfm),
        new("fsr", MtKind.Move, 1, TapeMove.Fsr),
        new("bsr", MtKind.Move, 1, TapeMove.Bsr),
        new("fss", MtKind.Setmarks, 1),
        new("bss", MtKind.Setmarks, 1),
        new("rewind", MtKind.Move, 0, TapeMove.Rewind),
        new("offline", MtKind.Eject, 0),
        new("rewoffl", MtKind.Eject, 0),
        new("eject", MtKind.Eject, 0),
        new("retension", MtKind.Move, 0, TapeMove.Retension),
        new("eod", MtKind.Move, 0, TapeMove.Eod),
        new("seod", MtKind.Move, 0, TapeMove.Eod),
        new("seek", MtKind.Move, 1, TapeMove.Seek),
        new("tell", MtKind.Tell, 0),
        new("status", MtKind.Status, 0),
        new("erase", MtKind.Erase, 1),
        new("setblk", MtKind.BlockLength, 1),
        new("lock", MtKind.Lock, 0),
        new("unlock", MtKind.Unlock, 0),
        new("load", MtKind.Load, 1),
        new("compression", MtKind.Compression, 1),
        new("setdensity", MtKind.Density, 1),
        new("drvbuffer", MtKind.Buffering, 1),
        new("stwrthreshold", MtKind.KernelDriver, 1),
        new("stoptions", MtKind.KernelDriver, AnyNumber),
        new("stsetoptions", MtKind.KernelDriver, AnyNumber),
        new("stclearoptions", MtKind.KernelDriver, AnyNumber),
        new("defblksize", MtKind.KernelDriver, 1),
        new("defdensity", MtKind.KernelDriver, 1),
        new("defdrvbuffer", MtKind.KernelDriver, 1),
        new("defcompression", MtKind.KernelDriver, 1),
        new("stsetcln", MtKind.KernelDriver, 1),
        new("sttimeout", MtKind.KernelDriver, 1),
        new("stlongtimeout", MtKind.KernelDriver, 1),
        new("densities", MtKind.Densities, 0),
        new("setpartition", MtKind.Partition, 1),
        new("mkpartition", MtKind.MakePartitions, 1),
        new("partseek", MtKind.Partition, 2),
        new("asf", MtKind.Move, 1, TapeMove.Asf),
        new("stshowoptions", MtKind.KernelDriver, 1),
    ];

    /// <summary>The operation of that name, or the only one that begins so.</summary>
    /// <returns>Null when there is none; <paramref name="isAmbiguous"/> when there are several.</returns>
    public static MtVerb? Find(string word, out bool isAmbiguous)
    {
        isAmbiguous = false;
        MtVerb? exact = All.FirstOrDefault(verb => verb.Name == word);
        if (exact is not null || word.Length == 0)
            return exact;
        MtVerb[] matching = [.. All.Where(verb => verb.Name.StartsWith(word, StringComparison.Ordinal))];
        isAmbiguous = matching.Length > 1;
        return matching.Length == 1 ? matching[0] : null;
    }
}
