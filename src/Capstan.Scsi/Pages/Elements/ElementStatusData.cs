using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>
/// Element status data (SMC-3 6.11) as a value that outlives the buffer. To look at elements in place, use <see cref="ElementStatusReader"/>.
/// </summary>
/// <param name="FirstElementAddress">FIRST ELEMENT ADDRESS REPORTED.</param>
/// <param name="NumberOfElements">NUMBER OF ELEMENTS AVAILABLE, as the header tells.</param>
/// <param name="ByteCount">BYTE COUNT OF REPORT AVAILABLE: an allocation length of eight more holds everything.</param>
/// <param name="SendActionCode">SEND ACTION CODE, in the answer to REQUEST VOLUME ELEMENT ADDRESS.</param>
/// <param name="IsTruncated">The header tells of more bytes than there are.</param>
/// <param name="Elements">In the device's order. The last may be incomplete when <paramref name="IsTruncated"/>.</param>
/// <param name="Fault">The first thing that is wrong, or null.</param>
public sealed record ElementStatusData(
    ushort FirstElementAddress, ushort NumberOfElements, int ByteCount, byte SendActionCode, bool IsTruncated,
    ImmutableArray<ElementStatus> Elements, ElementStatusFault? Fault)
{
    /// <summary>Reads everything that can be told from the bytes. Never throws.</summary>
    public static ElementStatusData Decode(ReadOnlySpan<byte> data)
    {
        var reader = new ElementStatusReader(data);
        ImmutableArray<ElementStatus>.Builder elements = ImmutableArray.CreateBuilder<ElementStatus>();
        while (reader.Read()) elements.Add(reader.Current.ToStatus());
        return new(
            reader.FirstElementAddress, reader.NumberOfElements, reader.ByteCount, reader.SendActionCode, reader.IsTruncated,
            elements.DrainToImmutable(), reader.Fault);
    }
}
