using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Standard INQUIRY data (SPC-4 6.6.2).</summary>
// byte 0    7:5 PERIPHERAL QUALIFIER   4:0 PERIPHERAL DEVICE TYPE
// byte 1    7 RMB
// byte 2    VERSION
// byte 3    5 NORMACA   4 HISUP   3:0 RESPONSE DATA FORMAT (2h)
// byte 4    ADDITIONAL LENGTH
// byte 5    7 SCCS   6 ACC   5:4 TPGS   3 3PC   0 PROTECT
// byte 6    6 ENCSERV   4 MULTIP
// byte 7    1 CMDQUE
// byte 8-15 T10 VENDOR IDENTIFICATION
// byte 16-31 PRODUCT IDENTIFICATION
// byte 32-35 PRODUCT REVISION LEVEL
// byte 36-55 vendor specific
// byte 58-73 VERSION DESCRIPTOR 1 to 8
public readonly record struct InquiryData
{
    /// <summary>What <see cref="WriteTo"/> writes, in bytes.</summary>
    public const int Length = 96;

    private const int HeaderLength = 5;
    private const int ResponseDataFormat = 2;

    private static readonly BitField Rmb = BitField.Bit(1, 7);
    private static readonly BitField Hisup = BitField.Bit(3, 4);
    private static readonly BitField ResponseDataFormatField = new(Byte: 3, High: 3, Low: 0);
    private static readonly BitField ProtectField = BitField.Bit(5, 0);
    private static readonly BitField Multip = BitField.Bit(6, 4);
    private static readonly BitField Cmdque = BitField.Bit(7, 1);

    public Peripheral Peripheral { get; init; }

    /// <summary>RMB: the medium can be taken out.</summary>
    public bool Removable { get; init; }

    /// <summary>VERSION: 05h SPC-3, 06h SPC-4, 07h SPC-5.</summary>
    public byte Version { get; init; }

    /// <summary>HISUP: LUNs are reported in the hierarchical form.</summary>
    public bool HierarchicalLuns { get; init; }

    /// <summary>PROTECT: logical block protection can be switched on.</summary>
    public bool Protect { get; init; }

    /// <summary>MULTIP: more than one port.</summary>
    public bool MultiPort { get; init; }

    /// <summary>CMDQUE: takes more than one command at a time.</summary>
    public bool CommandQueuing { get; init; }

    /// <summary>T10 VENDOR IDENTIFICATION without padding, at most 8 characters.</summary>
    public string Vendor { get; init; }

    /// <summary>PRODUCT IDENTIFICATION without padding, at most 16 characters.</summary>
    public string Product { get; init; }

    /// <summary>PRODUCT REVISION LEVEL without padding, at most 4 characters.</summary>
    public string Revision { get; init; }

    /// <summary>VERSION DESCRIPTOR 1 to 4 as one number, the first in the highest 16 bits; 0 for none.</summary>
    public ulong VersionDescriptors1To4 { get; init; }

    /// <summary>VERSION DESCRIPTOR 5 to 8, likewise.</summary>
    public ulong VersionDescriptors5To8 { get; init; }

    /// <summary>
    /// Reads the answer as far as both the buffer and ADDITIONAL LENGTH reach; what is not there is empty. False when even the
    /// length is missing.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out InquiryData inquiry)
    {
        inquiry = default;
        if (data.Length < HeaderLength) return false;

        data = data[..Math.Min(data.Length, HeaderLength + data[4])];
        Span<byte> whole = stackalloc byte[Length];
        whole.Clear();
        data[..Math.Min(data.Length, Length)].CopyTo(whole);
        inquiry = new()
        {
            Peripheral = Peripheral.Read(whole),
            Removable = Rmb.IsSet(whole),
            Version = whole[2],
            HierarchicalLuns = Hisup.IsSet(whole),
            Protect = ProtectField.IsSet(whole),
            MultiPort = Multip.IsSet(whole),
            CommandQueuing = Cmdque.IsSet(whole),
            Vendor = AsciiField.Read(whole[8..16]),
            Product = AsciiField.Read(whole[16..32]),
            Revision = AsciiField.Read(whole[32..36]),
            VersionDescriptors1To4 = BinaryPrimitives.ReadUInt64BigEndian(whole[58..]),
            VersionDescriptors5To8 = BinaryPrimitives.ReadUInt64BigEndian(whole[66..]),
        };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes and returns that number.</summary>
    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        Peripheral.Write(data);
        Rmb.Set(data, Removable);
        data[2] = Version;
        Hisup.Set(data, HierarchicalLuns);
        ResponseDataFormatField.Set(data, ResponseDataFormat);
        data[4] = Length - HeaderLength;
        ProtectField.Set(data, Protect);
        Multip.Set(data, MultiPort);
        Cmdque.Set(data, CommandQueuing);
        AsciiField.Write(data[8..16], Vendor);
        AsciiField.Write(data[16..32], Product);
        AsciiField.Write(data[32..36], Revision);
        BinaryPrimitives.WriteUInt64BigEndian(data[58..], VersionDescriptors1To4);
        BinaryPrimitives.WriteUInt64BigEndian(data[66..], VersionDescriptors5To8);
        return Length;
    }
}
