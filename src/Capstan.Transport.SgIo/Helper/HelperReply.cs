using System.Buffers.Binary;

namespace Capstan.Transport.SgIo;

/// <summary>What the helper writes to its standard output: what the kernel gave back from SG_IO, in a form of one length.</summary>
// byte 0-3   "CSGH"
// byte 4     version, 1
// byte 5     SCSI status
// byte 6-7   host status, 8-9 driver status
// byte 10    length of the sense data, 0 to 252
// byte 11    length of the answer, 0 to 32
// byte 12-15 residual
// byte 16-   sense data, then the answer; nothing behind it
internal readonly ref struct HelperReply(
    byte status, ushort hostStatus, ushort driverStatus, int residual, ReadOnlySpan<byte> sense, ReadOnlySpan<byte> answer)
{
    public const int LongestBytes = HeaderBytes + ScsiCompletion.SenseBufferLength + HelperOperation.LongestAnswerBytes;

    private const int HeaderBytes = 16;
    private const byte Version = 1;

    private static ReadOnlySpan<byte> Magic => "CSGH"u8;

    public byte Status { get; } = status;

    public ushort HostStatus { get; } = hostStatus;

    public ushort DriverStatus { get; } = driverStatus;

    public int Residual { get; } = residual;

    public ReadOnlySpan<byte> Sense { get; } = sense;

    public ReadOnlySpan<byte> Answer { get; } = answer;

    /// <summary>Writes it; returns the length in bytes.</summary>
    /// <param name="bytes">At least <see cref="LongestBytes"/>.</param>
    public int Write(Span<byte> bytes)
    {
        Magic.CopyTo(bytes);
        bytes[4] = Version;
        bytes[5] = Status;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], HostStatus);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[8..], DriverStatus);
        bytes[10] = (byte)Sense.Length;
        bytes[11] = (byte)Answer.Length;
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], Residual);
        Sense.CopyTo(bytes[HeaderBytes..]);
        Answer.CopyTo(bytes[(HeaderBytes + Sense.Length)..]);
        return HeaderBytes + Sense.Length + Answer.Length;
    }

    /// <summary>Reads one. Total over bytes: false for whatever is not exactly a reply with an answer of that length.</summary>
    /// <param name="answerLengthBytes">How long the answer must be.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int answerLengthBytes, out HelperReply reply)
    {
        reply = default;
        if (bytes.Length < HeaderBytes || !bytes.StartsWith(Magic) || bytes[4] != Version)
            return false;
        int senseLength = bytes[10];
        int residual = BinaryPrimitives.ReadInt32BigEndian(bytes[12..]);
        if (senseLength > ScsiCompletion.SenseBufferLength || bytes[11] != answerLengthBytes || bytes.Length != HeaderBytes + senseLength + answerLengthBytes)
            return false;
        reply = new HelperReply(bytes[5], BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]),
            residual, bytes.Slice(HeaderBytes, senseLength), bytes[(HeaderBytes + senseLength)..]);
        return true;
    }
}
