namespace Capstan.Backup.Archive;

/// <summary>What an archive entry is. The values are the ustar typeflags (POSIX.1-2017 pax, "ustar Interchange Format").</summary>
public enum EntryKind : byte
{
    File = (byte)'0',
    HardLink = (byte)'1',
    SymbolicLink = (byte)'2',
    CharacterDevice = (byte)'3',
    BlockDevice = (byte)'4',
    Directory = (byte)'5',
    Fifo = (byte)'6',
}
