using System.Buffers.Binary;
using System.IO.Hashing;
using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>Changes a record so that nothing in the file's format notices.</summary>
internal static class Tampering
{
    private const int FirstRecord = 65536;

    /// <summary>Flips a bit of the first record's ciphertext, and makes both checksums right again.</summary>
    internal static void FlipInPayload(string path, int blockLength)
    {
        HostFile.TryOpen(path, Interop.LibC.ReadWrite, out HostFile? file).ShouldBe(0);
        using HostFile open = file!;
        var identity = new byte[8];
        open.Read(identity, 24, out _).ShouldBe(0);
        var header = new byte[64];
        open.Read(header, FirstRecord, out _).ShouldBe(0);
        int stored = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(28));
        stored.ShouldBeGreaterThan(blockLength);
        var payload = new byte[stored];
        open.Read(payload, FirstRecord + 64, out _).ShouldBe(0);
        payload[blockLength / 2] ^= 1;
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(40), XxHash3.HashToUInt64(payload));
        long headerSeed = BinaryPrimitives.ReadInt64LittleEndian(identity) + FirstRecord;
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(56), XxHash3.HashToUInt64(header.AsSpan(0, 56), headerSeed));
        open.Write(header, payload, FirstRecord).ShouldBe(0);
    }
}
