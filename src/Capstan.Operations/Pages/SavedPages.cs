namespace Capstan.Operations.Pages;

/// <summary>Pages one behind the other in a file.</summary>
internal static class SavedPages
{
    private const int HeaderLength = 4;

    /// <summary>
    /// Where the next page begins. Whoever saved whole buffers saved the zeros behind each page as well: no page's header is all zeros, and
    /// buffers have a multiple of four bytes. Each byte is looked at once, however many zeros there are.
    /// </summary>
    /// <param name="data">All pages.</param>
    /// <param name="at">Where the page before ends, 0 to the length of all.</param>
    public static int BehindPadding(ReadOnlySpan<byte> data, int at)
    {
        at = Math.Min(at, data.Length);
        int zeros = data[at..].IndexOfAnyExcept((byte)0);
        return zeros < 0 ? data.Length : zeros < HeaderLength ? at : (at + zeros) & ~(HeaderLength - 1);
    }
}
