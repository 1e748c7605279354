namespace Capstan.Operations.Raw;

/// <summary>Counts the blocks of one tape file.</summary>
internal struct BlockCount
{
    public long Bytes { get; private set; }

    public long Blocks { get; private set; }

    private int _shortest;
    private int _longest;

    public void Add(int lengthBytes, int blocks = 1)
    {
        Bytes += (long)lengthBytes * blocks;
        Blocks += blocks;
        _shortest = _shortest == 0 ? lengthBytes : Math.Min(_shortest, lengthBytes);
        _longest = Math.Max(_longest, lengthBytes);
    }

    public readonly RawFile End(string by) => new(Bytes, Blocks, _shortest, _longest, by);
}
