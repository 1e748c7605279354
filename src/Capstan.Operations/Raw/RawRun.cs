using Capstan.Transport;

namespace Capstan.Operations.Raw;

/// <summary>Blocks that lie one behind the other in a buffer, on their way between two threads.</summary>
/// <param name="Buffer">Owned by whoever holds the run; null for the beginning of a tape file.</param>
/// <param name="Length">Of all of them together, in bytes.</param>
/// <param name="File">The tape file they belong to, from 1.</param>
internal readonly record struct RawRun(AlignedBuffer? Buffer, int Length, int File);
