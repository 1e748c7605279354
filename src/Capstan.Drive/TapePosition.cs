namespace Capstan.Drive;

/// <summary>Where the tape stands (SSC-5 READ POSITION, long form; short form where a drive has no long one).</summary>
/// <param name="Partition">Partition number, from 0.</param>
/// <param name="ObjectId">Logical object identifier of the next block or filemark; both count.</param>
/// <param name="FileNumber">Filemarks between the beginning of the partition and here; null where the drive does not tell.</param>
/// <param name="BeginningOfPartition">BOP.</param>
/// <param name="EndOfPartition">EOP: between early warning and the physical end.</param>
public readonly record struct TapePosition(
    int Partition, long ObjectId, long? FileNumber, bool BeginningOfPartition, bool EndOfPartition)
{
    public override string ToString() =>
        $"partition {Partition}, object {ObjectId}" + (FileNumber is { } file ? $", file {file}" : "")
        + (BeginningOfPartition ? ", beginning of partition" : "") + (EndOfPartition ? ", end of partition" : "");
}
