using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Capstan.Catalog;

/// <summary>What a row in the buffer is.</summary>
internal enum RowKind : byte
{
    Directory,
    Entry,
    Problem,
}

/// <summary>The fixed part of a row; its three byte strings follow it in the buffer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RowHeader
{
    internal long SizeBytes;
    internal long ModifiedSeconds;
    internal long ArchiveOffsetBytes;
    internal uint Ordinal;
    internal uint Directory;
    internal uint Mode;
    internal uint UserId;
    internal uint GroupId;
    internal int ModifiedNanoseconds;
    internal int Part;
    internal int FirstLength;
    internal int SecondLength;
    internal byte ThirdLength;
    internal RowKind Row;
    internal byte Kind;
    internal byte State;
}

/// <summary>
/// Rows wait here until they make a transaction worth its while. They do not wait in an open transaction, because that would
/// keep every other writer out for as long as a slow source takes to fill it.
/// </summary>
internal sealed class RowBuffer
{
    private byte[] _bytes = new byte[1 << 16];

    internal int Count { get; private set; }

    internal int LengthBytes { get; private set; }

    internal void Add(in RowHeader header, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        int length = Unsafe.SizeOf<RowHeader>() + first.Length + second.Length + third.Length;
        if (_bytes.Length - LengthBytes < length)
            Array.Resize(ref _bytes, Math.Max(checked(LengthBytes + length), _bytes.Length * 2));
        Span<byte> room = _bytes.AsSpan(LengthBytes, length);
        MemoryMarshal.Write(room, in header);
        room = room[Unsafe.SizeOf<RowHeader>()..];
        first.CopyTo(room);
        room = room[first.Length..];
        second.CopyTo(room);
        third.CopyTo(room[second.Length..]);
        LengthBytes += length;
        Count++;
    }

    internal void Clear()
    {
        Count = 0;
        LengthBytes = 0;
    }

    public Enumerator GetEnumerator() => new(_bytes.AsSpan(0, LengthBytes));

    internal ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;
        private RowHeader _header;
        private ReadOnlySpan<byte> _strings;

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
                return false;
            _header = MemoryMarshal.Read<RowHeader>(_rest);
            _rest = _rest[Unsafe.SizeOf<RowHeader>()..];
            int length = _header.FirstLength + _header.SecondLength + _header.ThirdLength;
            _strings = _rest[..length];
            _rest = _rest[length..];
            return true;
        }

        public readonly Row Current => new(_header, _strings);
    }

    internal readonly ref struct Row(RowHeader header, ReadOnlySpan<byte> strings)
    {
        internal readonly RowHeader Header = header;
        private readonly ReadOnlySpan<byte> _strings = strings;

        internal ReadOnlySpan<byte> First => _strings[..Header.FirstLength];

        internal ReadOnlySpan<byte> Second => _strings.Slice(Header.FirstLength, Header.SecondLength);

        internal ReadOnlySpan<byte> Third => _strings[(Header.FirstLength + Header.SecondLength)..];
    }
}
