using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>One registered I_T nexus.</summary>
/// <param name="Key">Its reservation key.</param>
/// <param name="HoldsReservation">R_HOLDER.</param>
/// <param name="Type">Of the reservation, of its holder.</param>
/// <param name="AllTargetPorts">ALL_TG_PT.</param>
/// <param name="TargetPort">RELATIVE TARGET PORT IDENTIFIER.</param>
/// <param name="TransportId">TransportID of the initiator port (SPC-4 7.6.4), as it is.</param>
public readonly record struct Registration(
    ulong Key, bool HoldsReservation, ReservationType Type, bool AllTargetPorts, ushort TargetPort, ImmutableArray<byte> TransportId)
{
    /// <summary>The initiator port in words: its protocol and its name or address.</summary>
    public string Initiator
    {
        get
        {
            ReadOnlySpan<byte> id = TransportId.AsSpan();
            if (id.Length < 24) return "unknown";
            return (id[0] & 0x0F) switch
            {
                0x00 => $"fc {Convert.ToHexStringLower(id.Slice(8, 8))}",
                0x04 => $"srp {Convert.ToHexStringLower(id.Slice(8, 16))}",
                0x05 => $"iscsi {AsciiField.Read(id[4..(4 + Math.Min(id.Length - 4, BinaryPrimitives.ReadUInt16BigEndian(id[2..])))])}",
                0x06 => $"sas {Convert.ToHexStringLower(id.Slice(4, 8))}",
                _ => $"protocol {id[0] & 0x0F:X}h {Convert.ToHexStringLower(id)}",
            };
        }
    }

    /// <summary>A SAS initiator port (SPC-4 7.6.4.8).</summary>
    public static ImmutableArray<byte> SasTransportId(ulong address)
    {
        var id = new byte[24];
        id[0] = 0x06;
        BinaryPrimitives.WriteUInt64BigEndian(id.AsSpan(4), address);
        return [.. id];
    }
}

/// <summary>Answer to PERSISTENT RESERVE IN, READ FULL STATUS (SPC-4 6.15.5).</summary>
/// <param name="Generation">PRGENERATION.</param>
/// <param name="Registrations">Of every registered I_T nexus.</param>
// byte 0-3  PRGENERATION
// byte 4-7  ADDITIONAL LENGTH
// then for each: byte 0-7 RESERVATION KEY   12  1 ALL_TG_PT 0 R_HOLDER   13  7:4 SCOPE 3:0 TYPE
//                byte 18-19 RELATIVE TARGET PORT IDENTIFIER   20-23 ADDITIONAL DESCRIPTOR LENGTH   24- TRANSPORTID
public readonly record struct ReservationFullStatus(uint Generation, ImmutableArray<Registration> Registrations)
{
    private const int HeaderLength = 8;
    private const int DescriptorLength = 24;

    private static readonly BitField AllTargetPortsField = BitField.Bit(12, 1);
    private static readonly BitField HolderField = BitField.Bit(12, 0);
    private static readonly BitField TypeField = new(Byte: 13, High: 3, Low: 0);

    public int Length => HeaderLength + Registrations.Sum(static one => DescriptorLength + one.TransportId.Length);

    /// <summary>Reads as many descriptors as came whole.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out ReservationFullStatus status)
    {
        status = new(0, []);
        if (data.Length < HeaderLength) return false;

        uint generation = BinaryPrimitives.ReadUInt32BigEndian(data);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        data = data[HeaderLength..];
        data = data[..(int)Math.Min(length, (uint)data.Length)];
        ImmutableArray<Registration>.Builder list = ImmutableArray.CreateBuilder<Registration>();
        while (data.Length >= DescriptorLength)
        {
            uint more = BinaryPrimitives.ReadUInt32BigEndian(data[20..]);
            if (more > data.Length - DescriptorLength) break;

            bool holds = HolderField.IsSet(data);
            list.Add(new(BinaryPrimitives.ReadUInt64BigEndian(data), holds, holds ? (ReservationType)TypeField.Get(data) : ReservationType.None,
                AllTargetPortsField.IsSet(data), BinaryPrimitives.ReadUInt16BigEndian(data[18..]), [.. data.Slice(DescriptorLength, (int)more)]));
            data = data[(DescriptorLength + (int)more)..];
        }

        status = new(generation, list.ToImmutable());
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(data, Generation);
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], (uint)(data.Length - HeaderLength));
        Span<byte> rest = data[HeaderLength..];
        foreach (Registration one in Registrations)
        {
            BinaryPrimitives.WriteUInt64BigEndian(rest, one.Key);
            AllTargetPortsField.Set(rest, one.AllTargetPorts);
            HolderField.Set(rest, one.HoldsReservation);
            TypeField.Set(rest, (int)one.Type);
            BinaryPrimitives.WriteUInt16BigEndian(rest[18..], one.TargetPort);
            BinaryPrimitives.WriteUInt32BigEndian(rest[20..], (uint)one.TransportId.Length);
            one.TransportId.CopyTo(rest[DescriptorLength..]);
            rest = rest[(DescriptorLength + one.TransportId.Length)..];
        }

        return data.Length;
    }
}
