using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Tests;

/// <summary>Reads and changes a file while a cartridge has it locked: .NET's own streams honour that lock.</summary>
internal static class RawFile
{
    public static byte[] ReadAll(string path)
    {
        HostFile.TryOpen(path, Interop.LibC.ReadOnly, out HostFile? file).ShouldBe(0);
        using (file)
        {
            file!.GetLength(out long length).ShouldBe(0);
            var bytes = new byte[length];
            file.Read(bytes, 0, out int got).ShouldBe(0);
            got.ShouldBe(bytes.Length);
            return bytes;
        }
    }

    public static void Flip(string path, long offset)
    {
        HostFile.TryOpen(path, Interop.LibC.ReadWrite, out HostFile? file).ShouldBe(0);
        using (file)
        {
            Span<byte> one = stackalloc byte[1];
            file!.Read(one, offset, out int got).ShouldBe(0);
            got.ShouldBe(1);
            one[0] ^= 0x10;
            file.Write(one, offset).ShouldBe(0);
        }
    }
}
