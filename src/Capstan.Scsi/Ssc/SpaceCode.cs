namespace Capstan.Scsi;

/// <summary>CODE of SPACE (SSC-4 6.6): what is counted. 4h and 5h (setmarks) are obsolete, the rest is reserved.</summary>
public enum SpaceCode : byte
{
    LogicalBlocks = 0,
    Filemarks = 1,
    SequentialFilemarks = 2,

    /// <summary>The count is ignored.</summary>
    EndOfData = 3,
}

internal static class SpaceText
{
    public static string Of(SpaceCode code, long count) => code switch
    {
        SpaceCode.LogicalBlocks => $"{count} blocks",
        SpaceCode.Filemarks => $"{count} filemarks",
        SpaceCode.SequentialFilemarks => $"{count} sequential filemarks",
        SpaceCode.EndOfData => "end of data",
        _ => $"{count} of code {(int)code}",
    };
}
