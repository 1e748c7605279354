using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>A command timeouts descriptor (SPC-4 6.35.4).</summary>
/// <param name="NominalSeconds">Time the command is expected to take at least; 0 says nothing.</param>
/// <param name="RecommendedSeconds">Time an initiator should allow; 0 says nothing.</param>
/// <param name="CommandSpecific">COMMAND SPECIFIC.</param>
// byte 0-1  DESCRIPTOR LENGTH (000Ah)
// byte 3    COMMAND SPECIFIC
// byte 4-7  NOMINAL COMMAND PROCESSING TIMEOUT
// byte 8-11 RECOMMENDED COMMAND TIMEOUT
public readonly record struct CommandTimeouts(uint NominalSeconds, uint RecommendedSeconds, byte CommandSpecific = 0)
{
    internal const int Length = 12;

    internal static CommandTimeouts Read(ReadOnlySpan<byte> data) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(data[4..]), BinaryPrimitives.ReadUInt32BigEndian(data[8..]), data[3]);

    internal void Write(Span<byte> data)
    {
        data[..Length].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(data, Length - 2);
        data[3] = CommandSpecific;
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], NominalSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(data[8..], RecommendedSeconds);
    }
}

/// <summary>A command descriptor of the all-commands answer (SPC-4 6.35.2).</summary>
/// <param name="OperationCode">OPERATION CODE.</param>
/// <param name="ServiceAction">SERVICE ACTION with SERVACTV=1, else null.</param>
/// <param name="CdbLength">In bytes.</param>
/// <param name="Timeouts">With CTDP=1.</param>
// byte 0    OPERATION CODE
// byte 2-3  SERVICE ACTION
// byte 5    1 CTDP   0 SERVACTV
// byte 6-7  CDB LENGTH
public readonly record struct SupportedCommand(byte OperationCode, ushort? ServiceAction, ushort CdbLength, CommandTimeouts? Timeouts = null)
{
    internal const int FixedLength = 8;

    private static readonly BitField Ctdp = BitField.Bit(5, 1);
    private static readonly BitField Servactv = BitField.Bit(5, 0);

    internal int Length => FixedLength + (Timeouts.HasValue ? CommandTimeouts.Length : 0);

    internal static bool TryRead(ReadOnlySpan<byte> data, out SupportedCommand command)
    {
        command = default;
        if (data.Length < FixedLength || (Ctdp.IsSet(data) && data.Length < FixedLength + CommandTimeouts.Length)) return false;

        command = new(
            data[0],
            Servactv.IsSet(data) ? BinaryPrimitives.ReadUInt16BigEndian(data[2..]) : null,
            BinaryPrimitives.ReadUInt16BigEndian(data[6..]),
            Ctdp.IsSet(data) ? CommandTimeouts.Read(data[FixedLength..]) : null);
        return true;
    }

    internal void Write(Span<byte> data)
    {
        data[..FixedLength].Clear();
        data[0] = OperationCode;
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], ServiceAction.GetValueOrDefault());
        Ctdp.Set(data, Timeouts.HasValue);
        Servactv.Set(data, ServiceAction.HasValue);
        BinaryPrimitives.WriteUInt16BigEndian(data[6..], CdbLength);
        Timeouts?.Write(data[FixedLength..]);
    }
}

/// <summary>REPORT SUPPORTED OPERATION CODES, all-commands answer (SPC-4 6.35.2).</summary>
/// <param name="Commands">As many as are there whole.</param>
// byte 0-3  COMMAND DATA LENGTH
// byte 4-n  command descriptors
public readonly record struct SupportedOperationCodes(ImmutableArray<SupportedCommand> Commands)
{
    private const int HeaderLength = 4;

    /// <summary>Reads the descriptors that are there whole; false when the header is not.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out SupportedOperationCodes codes)
    {
        codes = new([]);
        if (data.Length < HeaderLength) return false;

        uint dataLength = BinaryPrimitives.ReadUInt32BigEndian(data);
        data = data[HeaderLength..];
        data = data[..(int)Math.Min((uint)data.Length, dataLength)];
        ImmutableArray<SupportedCommand>.Builder commands = ImmutableArray.CreateBuilder<SupportedCommand>();
        while (SupportedCommand.TryRead(data, out SupportedCommand command))
        {
            commands.Add(command);
            data = data[command.Length..];
        }

        codes = new(commands.ToImmutable());
        return true;
    }

    /// <summary>Length of the whole answer in bytes.</summary>
    public int Length
    {
        get
        {
            int length = HeaderLength;
            foreach (SupportedCommand command in Commands) length += command.Length;
            return length;
        }
    }

    /// <summary>Writes the answer and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        int offset = HeaderLength;
        foreach (SupportedCommand command in Commands)
        {
            command.Write(data[offset..]);
            offset += command.Length;
        }

        BinaryPrimitives.WriteUInt32BigEndian(data, (uint)(offset - HeaderLength));
        return offset;
    }
}

/// <summary>SUPPORT of the one-command answer (SPC-4 6.35.3).</summary>
public enum CommandSupport : byte
{
    NotAvailableNow = 0,
    NotSupported = 1,
    Standard = 3,
    VendorSpecific = 5,
}

/// <summary>REPORT SUPPORTED OPERATION CODES, one-command answer (SPC-4 6.35.3).</summary>
/// <param name="Support">Whether the command is supported.</param>
/// <param name="UsageData">CDB USAGE DATA, as long as the CDB; empty unless supported.</param>
/// <param name="Timeouts">With CTDP=1.</param>
// byte 1    7 CTDP   2:0 SUPPORT
// byte 2-3  CDB SIZE
// byte 4-n  CDB USAGE DATA, then the command timeouts descriptor
public readonly record struct SupportedOperationCode(CommandSupport Support, ImmutableArray<byte> UsageData, CommandTimeouts? Timeouts = null)
{
    private const int HeaderLength = 4;

    private static readonly BitField Ctdp = BitField.Bit(1, 7);
    private static readonly BitField SupportField = new(Byte: 1, High: 2, Low: 0);

    /// <summary>Whether the command may be sent.</summary>
    public bool IsSupported => Support is CommandSupport.Standard or CommandSupport.VendorSpecific;

    /// <summary>Reads the answer; false when something of it is cut off. Without support, the sizes are ignored.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out SupportedOperationCode code)
    {
        code = new(default, []);
        if (data.Length < HeaderLength) return false;

        var support = (CommandSupport)SupportField.Get(data);
        code = code with { Support = support };
        if (!code.IsSupported) return true;

        int size = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        bool hasTimeouts = Ctdp.IsSet(data);
        data = data[HeaderLength..];
        if (data.Length < size + (hasTimeouts ? CommandTimeouts.Length : 0)) return false;

        code = new(support, [.. data[..size]], hasTimeouts ? CommandTimeouts.Read(data[size..]) : null);
        return true;
    }

    /// <summary>Writes the answer and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        data[..HeaderLength].Clear();
        Ctdp.Set(data, Timeouts.HasValue);
        SupportField.Set(data, (int)Support);
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], checked((ushort)UsageData.Length));
        UsageData.AsSpan().CopyTo(data[HeaderLength..]);
        int length = HeaderLength + UsageData.Length;
        if (Timeouts is not { } timeouts) return length;

        timeouts.Write(data[length..]);
        return length + CommandTimeouts.Length;
    }
}
