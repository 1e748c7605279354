using System.Formats.Tar;

namespace Capstan.Backup.Tests.Archive;

/// <summary>Archives made by the framework's own tar writer: another hand than the one under test.</summary>
internal static class ForeignTar
{
    public static byte[] Tar(params TarEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
        {
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        }
        return stream.ToArray();
    }

    public static PaxTarEntry TarFile(string name, string content = "content") =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Posix.Bytes(content)) };

    public static PaxTarEntry TarLink(TarEntryType type, string name, string target) => new(type, name) { LinkName = target };
}
