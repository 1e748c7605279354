namespace Capstan.Drive;

/// <summary>
/// Finds out by trying how many blocks go best in one command on a path: commands are dear on some (user-mode Linux, a far target), and
/// long ones are on others. From <see cref="FirstBytes"/> it goes up, doubling, and down again; what counts is measured on the way down.
/// </summary>
/// <remarks>
/// One thread. Pure: the times come from the caller, and only full rows are timed. On the way up everything is still cold (buffers of both ends,
/// windows, memory that a target takes for the first time), which would be blamed on whoever comes first; there only what is much slower is
/// sorted out. A length is judged by <see cref="Samples"/> commands without the <see cref="Outliers"/> slowest of them, so that a drive that stops once
/// to turn its tape decides nothing. Where the drive's own speed is the limit it is as fast either way, and the longest row it is.
/// </remarks>
internal sealed class RowPace
{
    /// <summary>What goes in one command at first, in bytes, where blocks are shorter; as much as Capstan's own blocks have.</summary>
    internal const int FirstBytes = 256 << 10;

    /// <summary>
    /// What goes in one command at most, in bytes. More than 1 MiB was hardly faster itself, and yet is tried: a target may keep the memory it took
    /// for it, and be faster with shorter rows from then on.
    /// </summary>
    internal const int LongestBytes = 2 << 20;

    internal const int Samples = 16;
    internal const int Outliers = 3;

    /// <summary>Shorter rows have to be faster by this much: at the same rate, fewer commands cost less of the processor.</summary>
    internal const double WorthIt = 0.98;

    private readonly long[] _samples = new long[Samples];
    private readonly int _first;
    private int _most;
    private int _settled;
    private double _best = double.PositiveInfinity;
    private bool _isGoingDown;
    private int _count;

    /// <param name="blockLengthBytes">1 and above.</param>
    /// <param name="limitBytes">What the path carries in one command; a block at least.</param>
    public RowPace(int blockLengthBytes, int limitBytes)
    {
        BlockLengthBytes = blockLengthBytes;
        LimitBytes = limitBytes;
        _most = Math.Max(1, Math.Min(LongestBytes, limitBytes) / blockLengthBytes);
        Blocks = _first = _settled = Math.Clamp(FirstBytes / blockLengthBytes, 1, _most);
        IsTrying = _most > Blocks;
    }

    public int BlockLengthBytes { get; }

    public int LimitBytes { get; }

    /// <summary>How many blocks go in the next command, at least 1.</summary>
    public int Blocks { get; private set; }

    /// <summary>Whether <see cref="Took"/> is to be told.</summary>
    public bool IsTrying { get; private set; }

    /// <summary>A command with <see cref="Blocks"/> blocks was carried out.</summary>
    /// <param name="ticks">Its time, 0 and above, in any unit that stays the same.</param>
    public void Took(long ticks)
    {
        if (!IsTrying)
            return;
        _samples[_count++] = ticks;
        Array.Sort(_samples, 0, _count);
        long sum = 0;
        foreach (long sample in _samples.AsSpan(0, Math.Max(0, _count - Outliers)))
            sum += sample;
        // Rows that take twice as long for each block are given up at once.
        bool isHopeless = sum > 2 * _best * (Samples - Outliers) * Blocks;
        if (_count < Samples && !isHopeless)
            return;
        double pace = isHopeless ? double.PositiveInfinity : (double)sum / ((Samples - Outliers) * Blocks);
        _count = 0;
        if (_isGoingDown)
            GoDown(pace);
        else
            GoUp(pace);
    }

    private void GoUp(double pace)
    {
        if (double.IsPositiveInfinity(pace))
        {
            _most = Shorter(Blocks);
        }
        else if (Blocks < _most)
        {
            _best = Math.Min(_best, pace);
            Blocks = Math.Min(Blocks * 2, _most);
            return;
        }

        _isGoingDown = true;
        _best = double.PositiveInfinity;
        Blocks = _settled = _most;
        IsTrying = _most > _first;
    }

    private void GoDown(double pace)
    {
        if (pace < _best * WorthIt)
        {
            _best = pace;
            _settled = Blocks;
        }

        IsTrying = Blocks > _first;
        Blocks = IsTrying ? Shorter(Blocks) : _settled;
    }

    /// <summary>The length that was tried before this one.</summary>
    private int Shorter(int blocks)
    {
        int shorter = _first;
        while (shorter * 2 < blocks)
            shorter *= 2;
        return shorter;
    }
}
