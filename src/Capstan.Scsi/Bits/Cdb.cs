using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Capstan.Scsi;

/// <summary>
/// A command descriptor block of 6, 10, 12 or 16 bytes, held by value: building and sending one touches no heap.
/// </summary>
public struct Cdb : IEquatable<Cdb>
{
    /// <summary>The longest CDB that fits, in bytes.</summary>
    public const int MaxLength = 16;

    private Bytes16 _bytes;
    private byte _length;

    [InlineArray(MaxLength)]
    private struct Bytes16
    {
        private byte _first;
    }

    /// <summary>Encodes a command.</summary>
    public static Cdb Of<TCommand>(in TCommand command) where TCommand : struct, IScsiCommand<TCommand>
    {
        var cdb = new Cdb { _length = (byte)TCommand.CdbLength };
        Span<byte> bytes = ((Span<byte>)cdb._bytes)[..TCommand.CdbLength];
        bytes[0] = TCommand.OperationCode;
        command.Encode(bytes);
        return cdb;
    }

    /// <summary>Takes raw bytes as they are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 or more than 16 bytes.</exception>
    public static Cdb FromBytes(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, 1, nameof(bytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxLength, nameof(bytes));
        var cdb = new Cdb { _length = (byte)bytes.Length };
        bytes.CopyTo(cdb._bytes);
        return cdb;
    }

    /// <summary>Length in bytes.</summary>
    public readonly int Length => _length;

    /// <summary>Byte 0.</summary>
    public readonly byte OperationCode => _bytes[0];

    /// <summary>The bytes; valid as long as this variable lives.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => ((ReadOnlySpan<byte>)_bytes)[.._length];

    public readonly bool Equals(Cdb other) => Span.SequenceEqual(other.Span);

    public override readonly bool Equals(object? obj) => obj is Cdb other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public static bool operator ==(Cdb left, Cdb right) => left.Equals(right);

    public static bool operator !=(Cdb left, Cdb right) => !left.Equals(right);

    public override readonly string ToString() => Convert.ToHexString(Span);
}
