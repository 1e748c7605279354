using System.IO.Hashing;

namespace Capstan.Backup.Archive;

/// <summary>XXH3-128 (seed 0) of a file's content, holes as zeros. Reused; a content that arrives in one piece costs no state.</summary>
public sealed class ContentHash
{
    private const int ZerosLength = 64 * 1024;

    private static readonly byte[] s_zeros = new byte[ZerosLength];

    private readonly XxHash128 _state = new();

    /// <summary>The hash of a whole content.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> content) => XxHash128.HashToUInt128(content);

    public void Append(ReadOnlySpan<byte> content) => _state.Append(content);

    /// <summary>Appends a hole.</summary>
    public void AppendZeros(long count)
    {
        for (; count > ZerosLength; count -= ZerosLength)
            _state.Append(s_zeros);
        _state.Append(s_zeros.AsSpan(0, (int)count));
    }

    /// <summary>The hash of what was appended since the last call.</summary>
    public UInt128 Finish()
    {
        var hash = _state.GetCurrentHashAsUInt128();
        _state.Reset();
        return hash;
    }
}
