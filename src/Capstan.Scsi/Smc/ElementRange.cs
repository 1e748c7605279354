namespace Capstan.Scsi;

/// <summary>Elements one behind the other: RANGE with its two fields (SMC-3).</summary>
/// <param name="First">STARTING ELEMENT ADDRESS.</param>
/// <param name="Count">NUMBER OF ELEMENTS; 0 for all from <paramref name="First"/> on.</param>
public readonly record struct ElementRange(ushort First, ushort Count)
{
    public override string ToString() => Count == 0 ? $"from {First}" : $"{Count} from {First}";
}
