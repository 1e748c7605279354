using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// Element status data (SMC-3 6.11), the answer to READ ELEMENT STATUS and to REQUEST VOLUME ELEMENT ADDRESS, read in place and without
/// allocating. Total over bytes: it gives every element that can be told from the bytes, in their order, and the first thing that is
/// wrong with them (<see cref="Fault"/>). Pages may come in any order and several of one type; what follows the report is not read.
/// </summary>
/// <example><code>
/// var reader = new ElementStatusReader(data);
/// while (reader.Read()) Use(reader.Current);
/// if (reader.Fault is { } fault) Complain(fault);
/// </code></example>
// byte 0-1  FIRST ELEMENT ADDRESS REPORTED
// byte 2-3  NUMBER OF ELEMENTS AVAILABLE
// byte 4    4:0 SEND ACTION CODE (REQUEST VOLUME ELEMENT ADDRESS only)
// byte 5-7  BYTE COUNT OF REPORT AVAILABLE: what follows these eight bytes
// page:
// byte 0    ELEMENT TYPE CODE
// byte 1    7 PVOLTAG   6 AVOLTAG
// byte 2-3  ELEMENT DESCRIPTOR LENGTH
// byte 5-7  BYTE COUNT OF DESCRIPTOR DATA AVAILABLE: what follows these eight bytes in this page
// byte 8-n  descriptors
public ref struct ElementStatusReader
{
    /// <summary>In bytes.</summary>
    public const int HeaderLength = 8;

    /// <summary>In bytes.</summary>
    public const int PageHeaderLength = 8;

    internal static readonly BitField SendActionField = new(Byte: 4, High: 4, Low: 0);
    internal static readonly BitField ElementTypeField = new(Byte: 0, High: 3, Low: 0);
    internal static readonly BitField PrimaryVolumeTagField = BitField.Bit(1, 7);
    internal static readonly BitField AlternateVolumeTagField = BitField.Bit(1, 6);

    private readonly ReadOnlySpan<byte> _data;
    private readonly int _end;
    private int _offset;
    private bool _hasEnded;

    private ElementType _type;
    private bool _hasPrimary;
    private bool _hasAlternate;
    private int _descriptorLength;
    private int _pageOffset;

    /// <summary>Where the page ends by its own byte count, and where the bytes of it that are there do.</summary>
    private int _pageEnd;
    private int _pageDataEnd;

    /// <summary>Reads the header.</summary>
    /// <param name="data">As many bytes as the device sent.</param>
    public ElementStatusReader(ReadOnlySpan<byte> data)
    {
        _data = data;
        _offset = HeaderLength;
        if (data.Length < HeaderLength)
        {
            _hasEnded = true;
            Note(ElementStatusProblem.HeaderCut, data.Length, data.Length);
            return;
        }

        FirstElementAddress = BinaryPrimitives.ReadUInt16BigEndian(data);
        NumberOfElements = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        SendActionCode = (byte)SendActionField.Get(data);
        ByteCount = BigEndian24.ReadUnsigned(data[5..]);
        _end = Math.Min(data.Length, HeaderLength + ByteCount);
    }

    /// <summary>FIRST ELEMENT ADDRESS REPORTED: the lowest one, not that of the first descriptor.</summary>
    public ushort FirstElementAddress { get; }

    /// <summary>NUMBER OF ELEMENTS AVAILABLE.</summary>
    public ushort NumberOfElements { get; }

    /// <summary>SEND ACTION CODE of the last SEND VOLUME TAG.</summary>
    public byte SendActionCode { get; }

    /// <summary>BYTE COUNT OF REPORT AVAILABLE: an allocation length of eight more holds everything.</summary>
    public int ByteCount { get; }

    /// <summary>The header tells of more bytes than there are: the allocation length was too small, or the device counts wrong.</summary>
    public readonly bool IsTruncated => _data.Length >= HeaderLength && HeaderLength + ByteCount > _data.Length;

    /// <summary>Elements given so far.</summary>
    public int Count { get; private set; }

    /// <summary>The element that <see cref="Read"/> came to.</summary>
    public ElementDescriptor Current { get; private set; }

    /// <summary>The first thing that is wrong with what was read so far, or null.</summary>
    public ElementStatusFault? Fault { get; private set; }

    /// <summary>Goes to the next element; false at the end.</summary>
    public bool Read()
    {
        while (!_hasEnded)
        {
            if (_pageEnd == 0)
            {
                if (!BeginPage()) End();
                continue;
            }

            int rest = _pageDataEnd - _offset;
            bool isCut = rest < _descriptorLength;
            if (rest <= 0 || (isCut && !IsLastOfCutPage(rest)))
            {
                _offset = _pageEnd;
                _pageEnd = 0;
                continue;
            }

            Deliver(_data.Slice(_offset, isCut ? rest : _descriptorLength), isCut);
            return true;
        }

        return false;
    }

    /// <summary>Whether what is left of the page is a descriptor that the end of the data cuts.</summary>
    private bool IsLastOfCutPage(int rest)
    {
        if (_pageDataEnd < _pageEnd) return rest >= ElementDescriptor.FixedLength;

        Note(ElementStatusProblem.DescriptorsDoNotFillPage, _pageOffset + 5, _pageEnd - _pageOffset - PageHeaderLength);
        return false;
    }

    private void Deliver(ReadOnlySpan<byte> bytes, bool isCut)
    {
        Current = new(_type, bytes, _offset, _hasPrimary, _hasAlternate, isCut);
        _offset += bytes.Length;
        Count++;
        if (isCut) return;

        int identifier = Current.IdentifierOffset + ElementDeviceIdentifier.HeaderLength;
        int lengthOffset = Current.IdentifierOffset + ElementDeviceIdentifier.LengthByte;
        if (bytes.Length >= identifier && bytes[lengthOffset] > bytes.Length - identifier)
            Note(ElementStatusProblem.IdentifierDoesNotFit, Current.Offset + lengthOffset, bytes[lengthOffset]);
    }

    /// <summary>Reads the next page's header. A page that cannot be read is skipped by its byte count, so that each step goes on by eight bytes at least.</summary>
    private bool BeginPage()
    {
        int left = _end - _offset;
        if (left <= 0) return false;
        if (left < PageHeaderLength)
        {
            if (!IsTruncated) Note(ElementStatusProblem.PageHeaderCut, _offset, left);
            return false;
        }

        ReadOnlySpan<byte> page = _data[_offset..];
        int byteCount = BigEndian24.ReadUnsigned(page[5..]);
        _pageOffset = _offset;
        _type = (ElementType)ElementTypeField.Get(page);
        _descriptorLength = BinaryPrimitives.ReadUInt16BigEndian(page[2..]);
        int end = _offset + PageHeaderLength + byteCount;
        if (end > _end && !IsTruncated) Note(ElementStatusProblem.PageBeyondReport, _offset + 5, byteCount);
        _offset += PageHeaderLength;

        bool isKnown = _type is > ElementType.All and <= ElementType.DataTransfer;
        if (!isKnown) Note(ElementStatusProblem.ElementTypeUnknown, _pageOffset, (int)_type);
        bool isLong = _descriptorLength >= ElementDescriptor.FixedLength;
        if (isKnown && !isLong && byteCount > 0) Note(ElementStatusProblem.DescriptorLengthTooShort, _pageOffset + 2, _descriptorLength);
        if (!isKnown || !isLong)
        {
            _offset = end;
            return true;
        }

        _hasPrimary = PrimaryVolumeTagField.IsSet(page);
        _hasAlternate = AlternateVolumeTagField.IsSet(page);
        int tagsLength = (_hasPrimary ? VolumeTag.Length : 0) + (_hasAlternate ? VolumeTag.Length : 0);
        int rest = _descriptorLength - ElementDescriptor.FixedLength - tagsLength;
        // Behind the tags is nothing, or at least an identifier's header.
        if (rest < 0 || (_hasAlternate && rest is > 0 and < ElementDeviceIdentifier.HeaderLength))
        {
            if (byteCount > 0) Note(ElementStatusProblem.VolumeTagsDoNotFit, _pageOffset + 2, _descriptorLength);
            // A tag that is promised and does not come must not hide what comes in its place.
            _hasAlternate = false;
        }

        _pageEnd = end;
        _pageDataEnd = Math.Min(end, _data.Length);
        return true;
    }

    private void End()
    {
        _hasEnded = true;
        if (!IsTruncated && Count != NumberOfElements) Note(ElementStatusProblem.ElementCountDiffers, 2, NumberOfElements);
    }

    private void Note(ElementStatusProblem problem, int offset, int value) => Fault ??= new(problem, offset, value);
}
