using System.Buffers.Binary;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Conformance;

/// <summary>Sends CDBs that are written out in hex, and knows nothing else of tape.</summary>
public sealed class TargetDevice(IScsiTransport transport)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    // Long enough for most blocks of a check; a longer one is an object, too. Not the length of any.
    private const int CountingBytes = 70_001;
    private const long MaxCounted = 2_000;
    private readonly byte[] _sense = new byte[ScsiCompletion.SenseBufferLength];

    /// <summary>The transport below.</summary>
    public IScsiTransport Transport { get; } = transport;

    /// <param name="cdb">Hex, blanks allowed.</param>
    /// <param name="dataOut">Data for the device.</param>
    /// <param name="dataIn">Room for data from the device, in bytes.</param>
    public Reply Send(string cdb, byte[]? dataOut = null, int dataIn = 0)
    {
        // A pattern that no answer has by chance: bytes that the target did not send must not look like zeros it sent.
        var buffer = new byte[dataIn];
        Array.Fill(buffer, (byte)0xEE);
        DataTransfer data = dataOut is { Length: > 0 } ? DataTransfer.ToDevice(dataOut)
            : dataIn > 0 ? DataTransfer.FromDevice(buffer) : DataTransfer.None;
        Array.Clear(_sense);
        ScsiCompletion completion = Transport.Execute(
            Cdb.FromBytes(Convert.FromHexString(cdb.Replace(" ", "", StringComparison.Ordinal))), data, _sense, Timeout);
        int came = dataIn - Math.Clamp(completion.Residual ?? 0, 0, dataIn);
        return new Reply(cdb, completion.Status, _sense[..completion.SenseLength], buffer[..came], completion.Residual, buffer);
    }

    /// <summary>Sends what must succeed.</summary>
    public byte[] Good(string cdb, byte[]? dataOut = null, int dataIn = 0) => Send(cdb, dataOut, dataIn).Good();

    /// <summary>WRITE(6), one block, variable.</summary>
    public Reply Write(byte[] block) => Send($"0A00{block.Length:X6}00", block);

    /// <summary>READ(6), one block, variable.</summary>
    public Reply Read(int length, bool sili = false) => Send($"080{(sili ? 2 : 0)}{length:X6}00", dataIn: length);

    public Reply WriteFilemarks(int count, bool immediate = false) => Send($"100{(immediate ? 1 : 0)}{count:X6}00");

    public void Rewind() => Good("01 00 00 00 00 00");

    /// <summary>SPACE(6). Code 0 blocks, 1 filemarks, 3 end of data.</summary>
    public Reply Space(int code, int count) => Send($"110{code}{count & 0xFFFFFF:X6}00");

    /// <summary>
    /// Logical object number of what comes next, by the short form of READ POSITION (SSC-4 7.7.2: bytes 4 to 7). A drive that says
    /// that it does not know (LOCU) is found out by reading; that it should know is what the checks of READ POSITION say.
    /// </summary>
    public long Position()
    {
        byte[] answer = Good("34 00 00 00 00 00 00 00 00 00", dataIn: 20);
        answer.Length.ShouldBe(20, "READ POSITION, short form");
        return (answer[0] & 0x04) == 0 ? BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(4)) : CountedPosition();
    }

    /// <summary>All objects less those still to come; the tape is where it was afterwards.</summary>
    private long CountedPosition()
    {
        long toCome = ReadOn(long.MaxValue);
        Rewind();
        long position = ReadOn(long.MaxValue) - toCome;
        Rewind();
        ReadOn(position).ShouldBe(position, "back to where it was");
        return position;
    }

    /// <summary>Reads objects, at most so many; answers how many there were before the end of data.</summary>
    private long ReadOn(long count)
    {
        for (long i = 0; i < count; i++)
        {
            Reply reply = Read(CountingBytes);
            if (reply.Outcome.StartsWith("8/", StringComparison.Ordinal))
                return i;
            (reply.Outcome == "GOOD" || reply.Outcome.StartsWith("0/", StringComparison.Ordinal)).ShouldBeTrue($"while counting objects: {reply.Outcome}");
            i.ShouldBeLessThan(MaxCounted, "objects without an end");
        }
        return count;
    }

    /// <summary>Where the tape stands after an error, and what the standard says.</summary>
    public void ShouldStandAt(long objectId, string where) => Position().ShouldBe(objectId, where);

    /// <summary>BLOCK LENGTH of the block descriptor; 0 for variable (SSC-4 8.3: MODE SELECT(6), PF=1, no pages; 10h is buffered mode 1).</summary>
    public Reply SetBlockLength(int bytes) =>
        Send("15 10 00 00 0C 00", [0, 0, 0x10, 8, 0x7F, 0, 0, 0, 0, (byte)(bytes >> 16), (byte)(bytes >> 8), (byte)bytes]);

    /// <summary>READ BLOCK LIMITS: longest and shortest block in bytes; longest 0 means no limit (SSC-4 7.6).</summary>
    public (int Maximum, int Minimum) BlockLimits()
    {
        byte[] answer = Good("05 00 00 00 00 00", dataIn: 6);
        return (answer[1] << 16 | answer[2] << 8 | answer[3], answer[4] << 8 | answer[5]);
    }

    /// <summary>Two files of three blocks (100, 200, 300; 400, 500, 600 bytes) with a filemark each: objects 0 to 7. Rewound.</summary>
    public void WriteTwoFiles()
    {
        Rewind();
        for (int i = 1; i <= 6; i++)
        {
            Write(Block(i, i * 100)).Good();
            if (i % 3 == 0)
                WriteFilemarks(1).Good();
        }
        Rewind();
    }

    /// <summary>Blocks 1 to <paramref name="count"/> of one length, from the beginning on; rewound.</summary>
    public void WriteBlocks(int count, int length)
    {
        Rewind();
        for (int i = 1; i <= count; i++)
            Write(Block(i, length)).Good();
        Rewind();
    }

    /// <summary>Bytes that another seed does not give.</summary>
    public static byte[] Block(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
