namespace Capstan.Scsi;

/// <summary>
/// One SCSI command as an immutable value: it knows its operation code, its length and its fields, and encodes and decodes them.
/// It never sends itself. The driver encodes, the virtual tape library decodes.
/// </summary>
public interface IScsiCommand<TSelf> where TSelf : struct, IScsiCommand<TSelf>
{
    /// <summary>As T10 writes it: <c>LOCATE(16)</c>.</summary>
    static abstract string Name { get; }

    /// <summary>Byte 0.</summary>
    static abstract byte OperationCode { get; }

    /// <summary>Length in bytes: 6, 10, 12 or 16.</summary>
    static abstract int CdbLength { get; }

    /// <summary>Writes every field into a zeroed CDB whose byte 0 is already set.</summary>
    void Encode(Span<byte> cdb);

    /// <summary>
    /// Reads every field. Total: never throws on bytes.
    /// </summary>
    /// <param name="cdb">At least <see cref="CdbLength"/> bytes.</param>
    /// <param name="command">The command, when the answer is true.</param>
    /// <param name="invalid">The first field that holds a reserved or contradictory value, when the answer is false.</param>
    static abstract bool TryDecode(ReadOnlySpan<byte> cdb, out TSelf command, out BitField invalid);
}
