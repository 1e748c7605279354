namespace Capstan.Backup.Archive;

/// <summary>A run of bytes that is really there; everything between two runs is a hole and reads as zeros.</summary>
public readonly record struct DataExtent(long Offset, long Length);

/// <summary>Where a sparse file has data. Extents ascend and do not touch. Reused, not reallocated.</summary>
public sealed class SparseMap
{
    private DataExtent[] _extents = [];

    public int Count { get; private set; }

    /// <summary>Sum of the extents' lengths, in bytes.</summary>
    public long DataLength { get; private set; }

    public ReadOnlySpan<DataExtent> Extents => _extents.AsSpan(0, Count);

    public void Clear()
    {
        Count = 0;
        DataLength = 0;
    }

    public void Add(long offset, long length)
    {
        if (Count == _extents.Length)
            Array.Resize(ref _extents, Math.Max(16, Count * 2));
        _extents[Count++] = new DataExtent(offset, length);
        DataLength += length;
    }
}
