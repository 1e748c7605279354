using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using System.Text;
using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>The file against docs/formats/cartridge.md, read without the code that wrote it.</summary>
public class CartridgeFormatTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly string _path;

    public CartridgeFormatTests()
    {
        _path = _directory.File("CAP001L9.cartridge");
        using Cartridge cartridge = Cartridge.Create(_path, CartridgeTesting.Spec(1_000_000, 5_000, writeProtected: false));
        cartridge.Append(0, "one"u8);
        cartridge.WriteFilemarks(1, 1);
        cartridge.Append(2, "two"u8);
        cartridge.Append(3, "three"u8);
        cartridge.WriteFilemarks(4, 1);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Superblock_records_and_index_are_where_the_document_says()
    {
        byte[] file = File.ReadAllBytes(_path);
        byte[] slot = new[] { file[..4096], file[4096..8192] }.MaxBy(s => BinaryPrimitives.ReadUInt64LittleEndian(s.AsSpan(16)))!;
        Encoding.ASCII.GetString(slot, 0, 8).ShouldBe("CAPSTAPE");
        BinaryPrimitives.ReadUInt16LittleEndian(slot.AsSpan(8)).ShouldBe((ushort)1);
        Encoding.ASCII.GetString(slot, 40, 32).ShouldBe("CAP001L9".PadRight(32));
        slot[72..76].ShouldBe([0x60, 0x98, 0x00, 0x01]);
        BinaryPrimitives.ReadUInt64LittleEndian(slot.AsSpan(4088)).ShouldBe(XxHash3.HashToUInt64(slot.AsSpan(0, 4088)));
        // First record, capacity, early warning, generation, data end, objects, filemarks, indexed.
        long[] partition = [.. Enumerable.Range(0, 8).Select(i => BinaryPrimitives.ReadInt64LittleEndian(slot.AsSpan(512 + 8 * i)))];
        partition.ShouldBe([65536, 1_000_000, 5_000, 1, 65536 + 5 * 64 + 11, 5, 2, 5]);
        file.Length.ShouldBe(65536 + 5 * 64 + 11);

        // Object 3, behind a block of 3, a filemark and a block of 3.
        const int offset = 65536 + 64 + 3 + 64 + 64 + 3;
        ReadOnlySpan<byte> header = file.AsSpan(offset, 64);
        header[..8].SequenceEqual("CREC\u0001\0\0\0"u8).ShouldBeTrue();
        BinaryPrimitives.ReadInt64LittleEndian(header[8..]).ShouldBe(3);
        BinaryPrimitives.ReadInt64LittleEndian(header[16..]).ShouldBe(1);
        BinaryPrimitives.ReadInt32LittleEndian(header[24..]).ShouldBe(5);
        BinaryPrimitives.ReadInt32LittleEndian(header[28..]).ShouldBe(5);
        BinaryPrimitives.ReadInt64LittleEndian(header[32..]).ShouldBe(1);
        BinaryPrimitives.ReadUInt64LittleEndian(header[40..]).ShouldBe(XxHash3.HashToUInt64("three"u8));
        long seed = BinaryPrimitives.ReadInt64LittleEndian(slot.AsSpan(24));
        BinaryPrimitives.ReadUInt64LittleEndian(header[56..]).ShouldBe(XxHash3.HashToUInt64(header[..56], seed + offset));

        byte[] index = File.ReadAllBytes(Cartridge.IndexPathOf(_path));
        index.Length.ShouldBe(8192);
        Encoding.ASCII.GetString(index, 0, 8).ShouldBe("CAPSTIDX");
        BinaryPrimitives.ReadUInt64LittleEndian(index.AsSpan(4088)).ShouldBe(XxHash3.HashToUInt64(index.AsSpan(0, 4088), seed - 1));
        ReadOnlySpan<byte> page = index.AsSpan(4096);
        BinaryPrimitives.ReadUInt64LittleEndian(page[4088..]).ShouldBe(XxHash3.HashToUInt64(page[..4088], seed));
        BinaryPrimitives.ReadInt32LittleEndian(page[4080..]).ShouldBe(5);
        BinaryPrimitives.ReadInt64LittleEndian(page[48..]).ShouldBe(offset | 1L << 56);
        BinaryPrimitives.ReadInt64LittleEndian(page[56..]).ShouldBe(5 | 1L << 24);
    }

    [Theory]
    [InlineData(0, "one")]
    [InlineData(1, "twothree")]
    [InlineData(2, "")]
    public void The_script_of_the_document_reads_a_tape_file(int number, string expected)
    {
        using Process process = Process.Start(new ProcessStartInfo("python3", [ScriptPath(), _path, number.ToString()])
        {
            RedirectStandardOutput = true,
        })!;
        process.StandardOutput.ReadToEnd().ShouldBe(expected);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    private static string ScriptPath([System.Runtime.CompilerServices.CallerFilePath] string source = "")
    {
        for (DirectoryInfo? directory = new FileInfo(source).Directory; directory is not null; directory = directory.Parent)
        {
            string script = System.IO.Path.Combine(directory.FullName, "docs", "formats", "cartridge-file.py");
            if (File.Exists(script))
                return script;
        }
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string script = System.IO.Path.Combine(directory.FullName, "docs", "formats", "cartridge-file.py");
            if (File.Exists(script))
                return script;
        }
        throw new FileNotFoundException("docs/formats/cartridge-file.py");
    }
}
