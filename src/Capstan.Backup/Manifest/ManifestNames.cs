using Capstan.Backup.Archive;

namespace Capstan.Backup.Manifest;

/// <summary>Property names and words of a manifest's JSON lines; docs/formats/tape.md.</summary>
internal static class ManifestNames
{
    public static ReadOnlySpan<byte> Type => "type"u8;
    public static ReadOnlySpan<byte> Path => "path"u8;

    /// <summary>Instead of <see cref="Path"/> where the name is not valid UTF-8.</summary>
    public static ReadOnlySpan<byte> PathBase64 => "path64"u8;
    public static ReadOnlySpan<byte> Link => "link"u8;
    public static ReadOnlySpan<byte> LinkBase64 => "link64"u8;
    public static ReadOnlySpan<byte> Size => "size"u8;
    public static ReadOnlySpan<byte> Mode => "mode"u8;
    public static ReadOnlySpan<byte> Uid => "uid"u8;
    public static ReadOnlySpan<byte> Gid => "gid"u8;
    public static ReadOnlySpan<byte> Mtime => "mtime"u8;
    public static ReadOnlySpan<byte> MtimeNanoseconds => "mtime_ns"u8;
    public static ReadOnlySpan<byte> Hash => "xxh128"u8;
    public static ReadOnlySpan<byte> Offset => "offset"u8;
    public static ReadOnlySpan<byte> State => "state"u8;
    public static ReadOnlySpan<byte> Text => "text"u8;

    // In the order of the ustar typeflags, which the values of EntryKind are.
    private static readonly byte[][] Kinds = Words("file", "hardlink", "symlink", "chardev", "blockdev", "directory", "fifo");
    private static readonly byte[][] States = Words("ok", "changed", "shrunk", "damaged", "cut");

    public static ReadOnlySpan<byte> Of(EntryKind kind) => Kinds[(int)kind - (int)EntryKind.File];

    public static ReadOnlySpan<byte> Of(EntryState state) => States[(int)state];

    public static EntryKind? KindOf(ReadOnlySpan<byte> word) => IndexOf(Kinds, word) is >= 0 and var i ? (EntryKind)(i + (int)EntryKind.File) : null;

    public static EntryState? StateOf(ReadOnlySpan<byte> word) => IndexOf(States, word) is >= 0 and var i ? (EntryState)i : null;

    private static int IndexOf(byte[][] words, ReadOnlySpan<byte> word)
    {
        for (int i = 0; i < words.Length; i++)
        {
            if (word.SequenceEqual(words[i]))
                return i;
        }

        return -1;
    }

    private static byte[][] Words(params string[] words) => Array.ConvertAll(words, System.Text.Encoding.ASCII.GetBytes);
}
