using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>What the descriptors of a page have besides their first twelve bytes. All descriptors of a page are of one length.</summary>
/// <param name="PrimaryVolumeTags">PVOLTAG.</param>
/// <param name="AlternateVolumeTags">AVOLTAG.</param>
/// <param name="IdentifierLengthBytes">Room for the identifier, 0 to 255: its header is there also with 0, as four reserved bytes; null leaves out the header.</param>
/// <param name="VendorLengthBytes">Vendor specific bytes at the end.</param>
public readonly record struct ElementDescriptorLayout(
    bool PrimaryVolumeTags, bool AlternateVolumeTags = false, int? IdentifierLengthBytes = 0, int VendorLengthBytes = 0)
{
    /// <summary>ELEMENT DESCRIPTOR LENGTH, in bytes.</summary>
    public int Length =>
        ElementDescriptor.FixedLength + (PrimaryVolumeTags ? VolumeTag.Length : 0) + (AlternateVolumeTags ? VolumeTag.Length : 0)
        + (IdentifierLengthBytes is { } length ? ElementDeviceIdentifier.HeaderLength + length : 0) + VendorLengthBytes;
}

/// <summary>
/// Writes element status data (SMC-3 6.11) into as many bytes as the initiator allows: a descriptor comes whole or not at all, and the
/// counts tell what there would be. Begin a page for each element type that has elements, add them, complete.
/// </summary>
public ref struct ElementStatusWriter
{
    private readonly Span<byte> _data;
    private int _written;
    private int _available;
    private int _count;
    private ushort _first;
    private ElementType _type;
    private ElementDescriptorLayout _layout;
    private int _pageOffset;
    private bool _isInPage;
    private bool _isFull;

    /// <param name="data">As long as the allocation length, or as long as everything; at least the eight bytes of the header.</param>
    /// <exception cref="ArgumentException">Shorter than the header.</exception>
    public ElementStatusWriter(Span<byte> data)
    {
        if (data.Length < ElementStatusReader.HeaderLength) throw new ArgumentException("no room for the header", nameof(data));
        _data = data;
        _written = _available = ElementStatusReader.HeaderLength;
    }

    /// <summary>Ends the page before and begins one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the four types.</exception>
    public void BeginPage(ElementType type, ElementDescriptorLayout layout)
    {
        if (type is ElementType.All or > ElementType.DataTransfer) throw new ArgumentOutOfRangeException(nameof(type));
        EndPage();
        _type = type;
        _layout = layout;
        _pageOffset = _available;
        _isInPage = true;
        _available += ElementStatusReader.PageHeaderLength;
        if (_isFull || _data.Length - _written < ElementStatusReader.PageHeaderLength)
        {
            _isFull = true;
            return;
        }

        Span<byte> page = _data.Slice(_written, ElementStatusReader.PageHeaderLength);
        page.Clear();
        ElementStatusReader.ElementTypeField.Set(page, (int)type);
        ElementStatusReader.PrimaryVolumeTagField.Set(page, layout.PrimaryVolumeTags);
        ElementStatusReader.AlternateVolumeTagField.Set(page, layout.AlternateVolumeTags);
        BinaryPrimitives.WriteUInt16BigEndian(page[2..], checked((ushort)layout.Length));
        _written += page.Length;
    }

    /// <summary>Adds an element to the page.</summary>
    /// <exception cref="InvalidOperationException">No page has begun, or it is of another type.</exception>
    /// <exception cref="ArgumentException">Its identifier or its vendor bytes are longer than the page's layout.</exception>
    public void Add(in ElementStatus element)
    {
        if (!_isInPage || element.Type != _type) throw new InvalidOperationException($"element {element.Address} does not belong to the page");
        if (element.Identifier is { } device && device.Value.Length > _layout.IdentifierLengthBytes.GetValueOrDefault())
            throw new ArgumentException($"the identifier of element {element.Address} has {device.Value.Length} bytes", nameof(element));
        if (element.VendorBytes.Length > _layout.VendorLengthBytes)
            throw new ArgumentException($"element {element.Address} has {element.VendorBytes.Length} vendor specific bytes", nameof(element));

        _first = _count == 0 ? element.Address : Math.Min(_first, element.Address);
        _count++;
        int length = _layout.Length;
        _available += length;
        if (_isFull || _data.Length - _written < length)
        {
            _isFull = true;
            return;
        }

        WriteDescriptor(_data.Slice(_written, length), element);
        _written += length;
    }

    /// <summary>Writes the counts and returns how many bytes were written.</summary>
    /// <param name="sendActionCode">Of the last SEND VOLUME TAG, 0 to 1Fh; 0 in the answer to READ ELEMENT STATUS.</param>
    /// <exception cref="OverflowException">More than 65,535 elements, or more than a byte count can say.</exception>
    public int Complete(byte sendActionCode = 0)
    {
        EndPage();
        Span<byte> header = _data[..ElementStatusReader.HeaderLength];
        header.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header, _first);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], checked((ushort)_count));
        ElementStatusReader.SendActionField.Set(header, sendActionCode);
        WriteCount(header[5..], _available - ElementStatusReader.HeaderLength);
        return _written;
    }

    private void EndPage()
    {
        if (!_isInPage) return;

        _isInPage = false;
        if (_pageOffset + ElementStatusReader.PageHeaderLength <= _written)
            WriteCount(_data[(_pageOffset + 5)..], _available - _pageOffset - ElementStatusReader.PageHeaderLength);
    }

    private readonly void WriteDescriptor(Span<byte> data, in ElementStatus element)
    {
        data.Clear();
        element.WriteFixedTo(data);
        int offset = ElementDescriptor.FixedLength;
        if (_layout.PrimaryVolumeTags) offset += element.PrimaryVolumeTag.GetValueOrDefault().WriteTo(data[offset..]);
        if (_layout.AlternateVolumeTags) offset += element.AlternateVolumeTag.GetValueOrDefault().WriteTo(data[offset..]);
        if (_layout.IdentifierLengthBytes is { } length)
        {
            int whole = ElementDeviceIdentifier.HeaderLength + length;
            element.Identifier?.WriteTo(data.Slice(offset, whole));
            offset += whole;
        }

        element.VendorBytes.AsSpan().CopyTo(data[offset..]);
    }

    private static void WriteCount(Span<byte> data, int count)
    {
        if (count > BigEndian24.MaxUnsigned) throw new OverflowException($"{count} bytes are more than element status data can have");
        BigEndian24.WriteUnsigned(data, count);
    }
}
