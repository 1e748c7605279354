using System.Buffers.Binary;
using Capstan.Backup.Engine;
using Capstan.Backup.Framing;
using Capstan.Drive;
using Capstan.Emulation.Library;
using Capstan.Tests;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Backup.Tests.Framing;

/// <summary>A drive with a blank tape, ready, with the buffers that framing needs.</summary>
internal sealed class TapeRig : IDisposable
{
    public const int BlockLength = 262_144;
    public const int MaxPayload = 262_128;

    private readonly TestDirectory _directory = new();
    private readonly VirtualLibrary _library;

    public TapeRig(long capacityBytes = 1L << 30, long earlyWarningBytes = 1 << 20, params Fault[] faults)
    {
        VirtualLibrary.Create(_directory.File("library"), new LibraryOptions
        {
            CartridgeCount = 1,
            CapacityBytes = capacityBytes,
            EarlyWarningBytes = earlyWarningBytes,
        });
        _library = VirtualLibrary.Open(_directory.File("library"));
        IScsiTransport transport = _library.OpenDrive("virtual:test");
        Drive = TapeDrive.Open(faults.Length > 0 ? new FaultInjectingTransport(transport, faults) : transport);
        Drive.WaitUntilReady();
        TapeSession.PrepareBuffers(Drive);
        Drive.BeginWriting();
    }

    public TapeDrive Drive { get; }

    public WriteQueue Queue() => new(Drive, new CapacityBudget(Drive));

    public static ContentHeader Header(ContentKind kind = ContentKind.Manifest) =>
        new(kind, new Guid("00112233-4455-6677-8899-aabbccddeeff"), 1_700_000_000, 0, 0);

    /// <summary>Bytes that differ from block to block and from place to place.</summary>
    public static byte[] Content(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A block laid out by hand, as docs/formats/tape.md says: magic, flags, length, sequence, payload, zeros.</summary>
    public static byte[] Block(uint sequence, byte flags, ReadOnlySpan<byte> payload)
    {
        var block = new byte[BlockLength];
        Convert.FromHexString("dcbdafcaeba0a528").CopyTo(block, 0);
        block[8] = flags;
        block[9] = (byte)payload.Length;
        block[10] = (byte)(payload.Length >> 8);
        block[11] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(12), sequence);
        payload.CopyTo(block.AsSpan(16));
        return block;
    }

    /// <summary>A content header laid out by hand, JSON behind it.</summary>
    public static byte[] Preamble(string contentMagic, string json)
    {
        var bytes = new byte[48 + json.Length];
        Convert.FromHexString("63ee149fcdf29b0c").CopyTo(bytes, 0);
        Convert.FromHexString(contentMagic).CopyTo(bytes, 8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), json.Length);
        System.Text.Encoding.UTF8.GetBytes(json).CopyTo(bytes, 48);
        return bytes;
    }

    /// <summary>Reads a stream to its end through the reader under test.</summary>
    public static byte[] ReadAll(BlockStreamReader stream)
    {
        var all = new List<byte>();
        while (stream.Available is { IsEmpty: false } piece)
        {
            all.AddRange(piece.Span);
            stream.Consume(piece.Length);
        }

        // The end stays the end, and its span can be looked at.
        stream.Available.Span.Length.ShouldBe(0);
        return [.. all];
    }

    /// <summary>All blocks up to the next filemark, straight from the drive.</summary>
    public List<byte[]> RawBlocks(long objectId)
    {
        Drive.Locate(objectId);
        var blocks = new List<byte[]>();
        var buffer = new byte[BlockLength + 1];
        while (true)
        {
            ReadOutcome outcome = Drive.Read(buffer);
            if (outcome.Kind != ReadKind.Block)
                return blocks;
            blocks.Add(buffer[..outcome.Length]);
        }
    }

    /// <summary>Shouldly compares element by element, which takes seconds for megabytes.</summary>
    public static void ShouldEqual(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected)
    {
        actual.Length.ShouldBe(expected.Length);
        int same = actual.CommonPrefixLength(expected);
        if (same < actual.Length)
            throw new ShouldAssertException($"byte {same} is {actual[same]:X2}h, expected {expected[same]:X2}h");
    }

    public void Dispose()
    {
        Drive.Dispose();
        _library.Dispose();
        _directory.Dispose();
    }
}
