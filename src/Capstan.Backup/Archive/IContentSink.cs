namespace Capstan.Backup.Archive;

/// <summary>Where archive bytes go: the free part of the current tape block. Full blocks go on to the drive.</summary>
/// <remarks>One thread calls it. <see cref="Space"/> stays valid, and its bytes stay unseen by anybody else, until <see cref="Advance"/>.</remarks>
public interface IContentSink
{
    /// <summary>Free bytes to write into; never empty: a new block when the last is full. May block until a buffer is free.</summary>
    Memory<byte> Space { get; }

    /// <summary>The first <paramref name="count"/> bytes of <see cref="Space"/> are now content.</summary>
    /// <param name="count">0 to the length of <see cref="Space"/>.</param>
    void Advance(int count);

    /// <summary>Content bytes so far: the offset of the next byte in the archive stream.</summary>
    long Position { get; }

    /// <summary>Early warning or cancellation: stop at the next possible moment.</summary>
    bool ShouldStop { get; }
}
