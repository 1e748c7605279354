using System.Buffers;
using Capstan.Backup.Archive;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Backup.Manifest;

/// <summary>
/// Keeps a manifest on disk while its archive is being written: it can only follow the archive, and must not grow in memory.
/// The file has no name once it is open, so that nothing is left behind whatever happens.
/// </summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class ManifestSpool : IBufferWriter<byte>, IDisposable
{
    private readonly SafeFileHandle _file;
    private byte[] _buffer = new byte[128 * 1024];
    private int _used;
    private long _flushed;

    public ManifestSpool(string directory)
    {
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, $"manifest-{Guid.NewGuid():N}");
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        File.Delete(path);
    }

    public long Length => _flushed + _used;

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_used);
    }

    /// <summary>Copies everything into the stream that goes to tape; reads straight into its blocks.</summary>
    public void CopyTo(IContentSink sink)
    {
        Flush();
        for (long offset = 0; offset < _flushed;)
        {
            int read = RandomAccess.Read(_file, sink.Space.Span, offset);
            if (read == 0)
                throw new IOException("The spooled manifest is shorter than what was written to it.");
            sink.Advance(read);
            offset += read;
        }
    }

    public void Dispose() => _file.Dispose();

    private void Reserve(int sizeHint)
    {
        if (_buffer.Length - _used >= Math.Max(sizeHint, 1))
            return;
        Flush();
        if (_buffer.Length < sizeHint)
            _buffer = new byte[sizeHint];
    }

    private void Flush()
    {
        RandomAccess.Write(_file, _buffer.AsSpan(0, _used), _flushed);
        _flushed += _used;
        _used = 0;
    }
}
