using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>MEDIUM TYPE of an element (SMC-3 6.11); values not listed are passed on as they are.</summary>
public enum ElementMediumType : byte
{
    Unspecified = 0,
    Data = 1,
    Cleaning = 2,
    Diagnostics = 3,
    Worm = 4,
}

/// <summary>
/// One element as READ ELEMENT STATUS tells it (SMC-3 6.11), as a value: <see cref="ElementDescriptor.ToStatus"/> reads it,
/// <see cref="ElementStatusWriter"/> writes it.
/// </summary>
/// <param name="Type">Which kind of place it is, not <see cref="ElementType.All"/>.</param>
/// <param name="Address">ELEMENT ADDRESS.</param>
public readonly record struct ElementStatus(ElementType Type, ushort Address)
{
    /// <inheritdoc cref="ElementDescriptor.IsFull"/>
    public bool IsFull { get; init; }

    /// <inheritdoc cref="ElementDescriptor.IsException"/>
    public bool IsException { get; init; }

    /// <inheritdoc cref="ElementDescriptor.ExceptionCode"/>
    public SenseCode ExceptionCode { get; init; }

    /// <inheritdoc cref="ElementDescriptor.IsAccessible"/>
    public bool IsAccessible { get; init; }

    /// <inheritdoc cref="ElementDescriptor.IsPlacedByOperator"/>
    public bool IsPlacedByOperator { get; init; }

    /// <inheritdoc cref="ElementDescriptor.IsExportEnabled"/>
    public bool IsExportEnabled { get; init; }

    /// <inheritdoc cref="ElementDescriptor.IsImportEnabled"/>
    public bool IsImportEnabled { get; init; }

    /// <inheritdoc cref="ElementDescriptor.IsInMagazine"/>
    public bool IsInMagazine { get; init; }

    /// <inheritdoc cref="ElementDescriptor.NeedsOperator"/>
    public bool NeedsOperator { get; init; }

    /// <inheritdoc cref="ElementDescriptor.IsDisabled"/>
    public bool IsDisabled { get; init; }

    /// <inheritdoc cref="ElementDescriptor.IsInverted"/>
    public bool IsInverted { get; init; }

    /// <inheritdoc cref="ElementDescriptor.MediumType"/>
    public ElementMediumType MediumType { get; init; }

    /// <inheritdoc cref="ElementDescriptor.Source"/>
    public ushort? Source { get; init; }

    /// <inheritdoc cref="ElementDescriptor.BusAddress"/>
    public byte? BusAddress { get; init; }

    /// <inheritdoc cref="ElementDescriptor.Lun"/>
    public byte? Lun { get; init; }

    /// <inheritdoc cref="ElementDescriptor.IsOnOtherBus"/>
    public bool IsOnOtherBus { get; init; }

    /// <summary>What is written on the cartridge; null where the answer has no tags.</summary>
    public VolumeTag? PrimaryVolumeTag { get; init; }

    /// <summary>What is written on its other side; null where the answer has no such tags.</summary>
    public VolumeTag? AlternateVolumeTag { get; init; }

    /// <summary>The device in the element; null where there is none or the changer does not tell.</summary>
    public ElementDeviceIdentifier? Identifier { get; init; }

    /// <summary>What follows the identifier, its padding included.</summary>
    public ImmutableArray<byte> VendorBytes { get => field.IsDefault ? [] : field; init; }

    /// <summary>Writes the first twelve bytes into zeroed ones.</summary>
    internal void WriteFixedTo(Span<byte> data)
    {
        BinaryPrimitives.WriteUInt16BigEndian(data, Address);
        ElementDescriptor.FullField.Set(data, IsFull);
        ElementDescriptor.ExceptionField.Set(data, IsException);
        if (Type != ElementType.MediumTransport) ElementDescriptor.AccessField.Set(data, IsAccessible);
        if (Type == ElementType.ImportExport)
        {
            ElementDescriptor.ImportExportField.Set(data, IsPlacedByOperator);
            ElementDescriptor.ExportEnabledField.Set(data, IsExportEnabled);
            ElementDescriptor.ImportEnabledField.Set(data, IsImportEnabled);
            ElementDescriptor.ClosedMagazineField.Set(data, IsInMagazine);
            ElementDescriptor.OperatorInterventionField.Set(data, NeedsOperator);
        }

        data[4] = ExceptionCode.Asc;
        data[5] = ExceptionCode.Ascq;
        if (Type == ElementType.DataTransfer)
        {
            ElementDescriptor.NotBusField.Set(data, IsOnOtherBus);
            ElementDescriptor.IdValidField.Set(data, BusAddress.HasValue);
            ElementDescriptor.LunValidField.Set(data, Lun.HasValue);
            ElementDescriptor.LunField.Set(data, Lun.GetValueOrDefault());
            data[7] = BusAddress.GetValueOrDefault();
        }

        ElementDescriptor.SourceValidField.Set(data, Source.HasValue);
        ElementDescriptor.InvertField.Set(data, Source.HasValue && IsInverted);
        ElementDescriptor.DisabledField.Set(data, IsDisabled);
        ElementDescriptor.MediumTypeField.Set(data, (int)MediumType);
        BinaryPrimitives.WriteUInt16BigEndian(data[10..], Source.GetValueOrDefault());
    }
}
