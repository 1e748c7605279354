using Capstan.Backup.Interop;

namespace Capstan.Backup.Tests.Archive;

/// <summary>
/// Makes a tree of everything that backups get wrong: names, holes, links, times, owners, attributes. The same seed gives the same
/// tree, as far as the file system and the user's rights go.
/// </summary>
internal static class HardTree
{
    public const long HugeHoleBytes = 3L << 30;

    /// <param name="directory">Exists and is empty.</param>
    /// <param name="seed">Of contents and sizes.</param>
    /// <param name="isForEveryProgram">Without what other programs cannot restore: a path longer than PATH_MAX, and to GNU tar without root's rights a read-only file with attributes.</param>
    public static void Create(string directory, int seed, bool isForEveryProgram = false)
    {
        var random = new Random(seed);
        int root = Posix.OpenDirectory(directory);
        Section(root, "names", at => Names(at, random));
        Section(root, "sizes", at => Sizes(at, random));
        Section(root, "holes", at => Holes(at, random));
        Section(root, "times", Times);
        Section(root, "modes", at => Modes(at, random));
        Section(root, "links", at => Links(at, random));
        Section(root, "attributes", at => Attributes(at, random, isForEveryProgram && !Posix.IsRoot));
        if (!isForEveryProgram)
            Section(root, "deep", Deep);
        if (Posix.IsRoot)
            Section(root, "owners", Owners);
        Posix.MakeNodeAt(root, "pipe", Statx.Fifo | 0x1A0);
        Posix.SetMtime(root, "pipe", 1_234_567_890, 987_654_321);
        Posix.MakeDirectoryAt(root, "empty directory");
        Posix.Close(root);
    }

    private static void Section(int root, string name, Action<int> fill)
    {
        Posix.MakeDirectoryAt(root, name);
        int directory = Posix.OpenDirectoryAt(root, name);
        fill(directory);
        Posix.Close(directory);
        Posix.SetMtime(root, name, 1_500_000_000 + name.Length, name.Length);
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        byte[] content = new byte[length];
        random.NextBytes(content);
        return content;
    }

    private static void MakeFile(int directory, string name, ReadOnlySpan<byte> content)
    {
        int file = Posix.CreateAt(directory, name);
        Posix.WriteAll(file, content);
        Posix.Close(file);
    }

    private static void Names(int at, Random random)
    {
        string[] names =
        [
            "new\nline", "\xff\xfe invalid", "cut\xc3", new('n', 255), Posix.Utf8(string.Concat(Enumerable.Repeat("\u00e4", 127))),
            Posix.Utf8("e\u0301 combining"), Posix.Utf8("\u00e9 composed"), Posix.Utf8("\u65e5\u672c\u8a9e"), Posix.Utf8("\U0001F4FC tape"), "-leading",
            "--checkpoint-action=exec=false", "trailing  ", " leading space", "a=b", "100%", "%3D", "back\\slash", "\"quote'", "tab\there", "*", "?",
            "...", ".hidden", "\x01\x7f", "~", "#comment",
        ];
        foreach (string name in names)
            MakeFile(at, name, RandomBytes(random, name.Length));
        // Around the limits of the name and prefix fields: 6 bytes are "names/", further ones come from the tree's own name.
        for (int length = 80; length <= 102; length++)
            MakeFile(at, new string('l', length), [(byte)length]);
        Posix.MakeDirectoryAt(at, new string('p', 140));
        int prefix = Posix.OpenDirectoryAt(at, new string('p', 140));
        for (int length = 85; length <= 101; length++)
            Posix.MakeDirectoryAt(prefix, new string('q', length));
        Posix.Close(prefix);
    }

    private static void Sizes(int at, Random random)
    {
        foreach (int size in (int[])[0, 1, 511, 512, 513, 1023, 4096, 65536, 262_127, 262_128, 262_129, 600_000, 1 << 20])
            MakeFile(at, "size" + size, RandomBytes(random, size));
        for (int i = 0; i < 40; i++)
            MakeFile(at, "file" + i, RandomBytes(random, random.Next(9000)));
    }

    private static void Holes(int at, Random random)
    {
        const int Unit = 64 * 1024;
        byte[] data = RandomBytes(random, Unit);
        MakeSparse(at, "start", 10 * Unit, data, 9 * Unit);
        MakeSparse(at, "end", 10 * Unit, data, 0);
        MakeSparse(at, "odd end", (10 * Unit) + 77, data, 0);
        MakeSparse(at, "middle", 10 * Unit, data, 0, 9 * Unit);
        MakeSparse(at, "both", 10 * Unit, data, 4 * Unit);
        MakeSparse(at, "only", 10 * Unit, data);
        MakeSparse(at, "one byte", 1, data);
        MakeSparse(at, "huge", HugeHoleBytes, data, 1L << 30);
        MakeSparse(at, "many", 300L * 2 * Unit, data.AsSpan(0, 4096), [.. Enumerable.Range(0, 300).Select(i => i * 2L * Unit)]);
    }

    private static void MakeSparse(int directory, string name, long size, ReadOnlySpan<byte> data, params long[] offsets)
    {
        int file = Posix.CreateAt(directory, name);
        Posix.Truncate(file, size);
        foreach (long offset in offsets)
            Posix.WriteAll(file, data, offset);
        Posix.Close(file);
    }

    private static void Times(int at)
    {
        (long Seconds, int Nanoseconds)[] times =
            [(0, 0), (0, 1), (-1, 0), (-1, 500_000_000), (-1, 999_999_999), (-86_400, 1), (-2_000_000_000, 0), (1_700_000_000, 0), (4_102_444_800, 123_456_789), (8_589_934_592, 0)];
        for (int i = 0; i < times.Length; i++)
        {
            MakeFile(at, "time" + i, [(byte)i]);
            Posix.SetMtime(at, "time" + i, times[i].Seconds, times[i].Nanoseconds);
        }
    }

    private static void Modes(int at, Random random)
    {
        foreach (int mode in (int[])[0x124, 0x1ED, 0x9ED, 0x5ED, 0x3ED, 0xFFF, 0x1FF, 0, 0x49])
        {
            if ((mode & 0x100) == 0 && !Posix.IsRoot)
                break; // not even its owner could read it
            MakeFile(at, $"mode{mode:X3}", RandomBytes(random, 100));
            Posix.ChangeMode(at, $"mode{mode:X3}", mode);
        }
        Posix.MakeDirectoryAt(at, "read only");
        int inner = Posix.OpenDirectoryAt(at, "read only");
        MakeFile(inner, "inside", [1, 2, 3]);
        Posix.MakeDirectoryAt(inner, "sticky");
        Posix.ChangeMode(inner, "sticky", 0x3FF);
        Posix.Close(inner);
        Posix.ChangeMode(at, "read only", 0x16D);
        Posix.MakeDirectoryAt(at, "set group");
        Posix.ChangeMode(at, "set group", 0x5ED);
        Posix.SetMtime(at, "read only", 1_111_111_111, 1);
    }

    private static void Links(int at, Random random)
    {
        Posix.SymbolicLinkAt("loop", at, "loop");
        Posix.SymbolicLinkAt("nowhere/at all", at, "dangling");
        Posix.SymbolicLinkAt("..", at, "up");
        Posix.SymbolicLinkAt("/etc", at, "absolute");
        Posix.SymbolicLinkAt(new string('x', 100), at, "target of 100");
        Posix.SymbolicLinkAt(new string('x', 101), at, "target of 101");
        Posix.SymbolicLinkAt(string.Concat(Enumerable.Repeat("long/", 800)), at, "long target");
        Posix.SymbolicLinkAt("\xff\n\x01", at, "\xfe link");
        Posix.SetMtime(at, "dangling", -5, 5);
        MakeFile(at, "first name", RandomBytes(random, 70_000));
        Posix.LinkAt(at, "first name", at, "second name");
        Posix.MakeDirectoryAt(at, "other");
        int other = Posix.OpenDirectoryAt(at, "other");
        Posix.LinkAt(at, "first name", other, "third name");
        MakeFile(other, "empty with two names", []);
        Posix.LinkAt(other, "empty with two names", at, "\xf0 empty");
        Posix.LinkAt(at, "dangling", other, "a link with two names");
        Posix.Close(other);
    }

    private static void Attributes(int at, Random random, bool withoutReadOnly)
    {
        MakeFile(at, "many", RandomBytes(random, 10));
        int file = Posix.OpenReadAt(at, "many");
        bool supported = true;
        for (int i = 0; i < 40 && supported; i++)
            supported = Posix.TrySetXattr(file, $"user.attribute{i}", RandomBytes(random, i));
        if (supported)
        {
            Posix.TrySetXattr(file, "user.a=b%3Dc%", "equals"u8);
            Posix.TrySetXattr(file, "user.lines", "a\nb\0c\xff"u8);
            Posix.TrySetXattr(file, "user.\xff", RandomBytes(random, 900));
        }
        Posix.Close(file);
        AccessLists(at);
        if (!withoutReadOnly)
        {
            MakeFile(at, "read only with attribute", []);
            file = Posix.OpenReadAt(at, "read only with attribute");
            Posix.TrySetXattr(file, "user.x", "y"u8);
            Posix.Close(file);
            Posix.ChangeMode(at, "read only with attribute", 0x124);
        }
        if (!Posix.IsRoot)
            return;
        MakeFile(at, "capable", [0x7f]);
        file = Posix.OpenReadAt(at, "capable");
        // cap_net_bind_service=ep as setcap writes it: VFS_CAP_REVISION_2 with the effective bit (linux/capability.h).
        Posix.TrySetXattr(file, "security.capability", Convert.FromHexString("0100000200040000000000000000000000000000"));
        Posix.TrySetXattr(file, "trusted.root only", "t"u8);
        Posix.Close(file);
        Posix.SymbolicLinkAt("capable", at, "link with attribute");
    }

    /// <summary>u::rw-,u:1000:r--,g::r--,m::rw-,o::--- and the like, as getfattr -e hex shows them after setfacl.</summary>
    private const string AccessList = "0200000001000600ffffffff02000400e803000004000400ffffffff10000600ffffffff20000000ffffffff";

    private const string DefaultList =
        "0200000001000700ffffffff0200070037020000" + "04000500ffffffff0800050039300000" + "10000700ffffffff20000500ffffffff";

    private static void AccessLists(int at)
    {
        MakeFile(at, "with access list", [1]);
        int file = Posix.OpenReadAt(at, "with access list");
        bool supported = Posix.TrySetXattr(file, "system.posix_acl_access", Convert.FromHexString(AccessList));
        Posix.Close(file);
        Posix.MakeDirectoryAt(at, "with default list");
        if (!supported)
            return;
        int directory = Posix.OpenDirectoryAt(at, "with default list");
        MakeFile(directory, "without list", [1]);
        Posix.TrySetXattr(directory, "system.posix_acl_default", Convert.FromHexString(DefaultList));
        MakeFile(directory, "with inherited list", [2]);
        Posix.MakeDirectoryAt(directory, "below");
        Posix.Close(directory);
    }

    private static void Deep(int at)
    {
        // 300 levels of 20 bytes: longer than PATH_MAX, and deeper than descriptors are kept open.
        int directory = Posix.OpenDirectoryAt(at, ".");
        for (int level = 0; level < 300; level++)
        {
            string name = $"level {level:D3} of many...";
            Posix.MakeDirectoryAt(directory, name);
            int next = Posix.OpenDirectoryAt(directory, name);
            if (level % 50 == 0)
            {
                MakeFile(directory, "beside", [(byte)level]);
                Posix.MakeDirectoryAt(directory, "~after");
            }
            Posix.Close(directory);
            directory = next;
        }
        MakeFile(directory, "bottom", [1, 2, 3]);
        Posix.Close(directory);
    }

    private static void Owners(int at)
    {
        MakeFile(at, "numbers without names", [1]);
        Posix.ChangeOwner(at, "numbers without names", 12_345, 54_321);
        MakeFile(at, "large numbers", [1]);
        Posix.ChangeOwner(at, "large numbers", 3_000_000, 4_000_000_000);
        MakeFile(at, "set user", [1]);
        Posix.ChangeOwner(at, "set user", 65_534, 1);
        Posix.ChangeMode(at, "set user", 0xDED);
        Posix.SymbolicLinkAt("x", at, "link");
        Posix.ChangeOwner(at, "link", 7, 8);
        Posix.MakeNodeAt(at, "null", Statx.CharacterDevice | 0x1B6, 1, 3);
        Posix.MakeNodeAt(at, "disk", Statx.BlockDevice | 0x1B0, 259, 70_000);
        Posix.MakeDirectoryAt(at, "somebody's");
        Posix.ChangeOwner(at, "somebody's", 33, 33);
    }
}
