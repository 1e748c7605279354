using System.Runtime.InteropServices;

namespace Capstan.Backup.Interop;

/// <summary>struct statx of linux/stat.h: the one stat structure that is the same on every architecture. 256 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct Statx
{
    [FieldOffset(0)] public uint Mask;
    [FieldOffset(16)] public uint LinkCount;
    [FieldOffset(20)] public uint Uid;
    [FieldOffset(24)] public uint Gid;
    [FieldOffset(28)] public ushort Mode;
    [FieldOffset(32)] public ulong Inode;
    [FieldOffset(40)] public long Size;
    [FieldOffset(48)] public long Blocks;
    [FieldOffset(96)] public long CtimeSeconds;
    [FieldOffset(104)] public uint CtimeNanoseconds;
    [FieldOffset(112)] public long MtimeSeconds;
    [FieldOffset(120)] public uint MtimeNanoseconds;
    [FieldOffset(128)] public uint RdevMajor;
    [FieldOffset(132)] public uint RdevMinor;
    [FieldOffset(136)] public uint DeviceMajor;
    [FieldOffset(140)] public uint DeviceMinor;

    public const int TypeMask = 0xF000;
    public const int Fifo = 0x1000;
    public const int CharacterDevice = 0x2000;
    public const int Directory = 0x4000;
    public const int BlockDevice = 0x6000;
    public const int RegularFile = 0x8000;
    public const int SymbolicLink = 0xA000;
    public const int Socket = 0xC000;

    public readonly int Type => Mode & TypeMask;

    public readonly int Permissions => Mode & 0xFFF;

    public readonly ulong Device => ((ulong)DeviceMajor << 32) | DeviceMinor;
}

internal static unsafe partial class Libc
{
    public const uint StatxBasic = 0x7FF;

    private static readonly byte[] s_empty = GC.AllocateArray<byte>(1, pinned: true);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    public static partial int StatX(int directory, byte* path, int flags, uint mask, Statx* result);

    /// <summary>The status of an open file.</summary>
    public static int StatDescriptor(int descriptor, Statx* result) =>
        StatX(descriptor, (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(s_empty, 0), AtEmptyPath, StatxBasic, result);
}
