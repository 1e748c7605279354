using System.Security.Cryptography;

namespace Capstan.Drive;

/// <summary>
/// A key for the drive's encryption, in memory that the collector does not move, so that no copies stay behind. Wiped when disposed.
/// It has no text form.
/// </summary>
public sealed class EncryptionKey : IDisposable
{
    /// <summary>Length of a key of AES-256, in bytes.</summary>
    public const int LengthBytes = 32;

    private readonly byte[] _bytes = GC.AllocateArray<byte>(LengthBytes, pinned: true);

    /// <summary>Takes a key over; the caller wipes what it has.</summary>
    /// <param name="bytes">32 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another length.</exception>
    public EncryptionKey(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, LengthBytes, nameof(bytes));
        bytes.CopyTo(_bytes);
    }

    /// <summary>Whether it was wiped.</summary>
    public bool IsDisposed { get; private set; }

    internal ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _bytes;
        }
    }

    public void Dispose()
    {
        IsDisposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    public override string ToString() => "key";
}
