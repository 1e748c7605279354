using System.Collections.Immutable;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>In which order the parts of a tape are best read: drives from LTO-9 (full height) on know it.</summary>
public sealed partial class TapeDrive
{
    /// <summary>The end of each wrap that was written, in order: where the tape turns.</summary>
    /// <returns>Null where the drive does not tell.</returns>
    public IReadOnlyList<WrapEnd>? ReadEndsOfWraps()
    {
        byte[] answer = new byte[8192];
        SenseVerdict verdict = Run(new ReadEndOfWrapPosition(null, ReportAll: true, (uint)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        ThrowIfSurprised(ReadEndOfWrapPosition.Name, verdict);
        return verdict == SenseVerdict.Done && EndOfWrap.TryDecodeAll(answer.AsSpan(0, Received(answer.Length)), out ImmutableArray<EndOfWrap> wraps)
            ? [.. wraps.Select(static wrap => new WrapEnd(wrap.Wrap, wrap.Partition, wrap.LogicalObjectId))]
            : null;
    }

    /// <summary>Asks the drive for the order in which these are read fastest from where the tape stands. Moves nothing.</summary>
    /// <param name="segments">Parts of the current partition, each with a name of its own.</param>
    /// <returns>The same in another order; null where the drive cannot order them, or not so many.</returns>
    public IReadOnlyList<TapeSegment>? OrderAccess(IReadOnlyList<TapeSegment> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        byte[] limitBytes = new byte[AccessOrderLimits.Length];
        SenseVerdict verdict = Run(new ReceiveRecommendedAccessOrder((uint)limitBytes.Length, Limits: true), DataTransfer.FromDevice(limitBytes), _timeouts.HousekeepingSeconds);
        ThrowIfSurprised(ReceiveRecommendedAccessOrder.Name, verdict);
        if (verdict != SenseVerdict.Done || !AccessOrderLimits.TryDecode(limitBytes.AsSpan(0, Received(limitBytes.Length)), out AccessOrderLimits limits)
            || segments.Count > limits.MaxSegments)
            return null;
        byte partition = (byte)ReadPosition().Partition;
        var list = new AccessOrderList([.. segments.Select(one => new DataSegment(one.Name, partition, (ulong)one.FirstObjectId, (ulong)one.LastObjectId))]);
        byte[] bytes = new byte[list.Length];
        list.WriteTo(bytes);
        RunOrThrow(new GenerateRecommendedAccessOrder((uint)bytes.Length), DataTransfer.ToDevice(bytes), _timeouts.HousekeepingSeconds);
        byte[] answer = new byte[AccessOrderList.HeaderLength + limits.MaxSegmentBytes * Math.Max(1, segments.Count)];
        RunOrThrow(new ReceiveRecommendedAccessOrder((uint)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (!AccessOrderList.TryDecode(answer.AsSpan(0, Received(answer.Length)), out AccessOrderList ordered) || ordered.Segments.Length != segments.Count)
            throw new TapeCommandException($"{Name}: the drive's recommended access order is malformed.");
        TapeSegment[] order = [.. ordered.Segments.Select(static one => new TapeSegment(one.Name, (long)one.FirstObjectId, (long)one.LastObjectId))];
        // A drive that drops one or names another would make a restore incomplete.
        bool isSame = order.ToHashSet().SetEquals(segments);
        return isSame ? order : throw new TapeCommandException($"{Name}: the drive's recommended access order is not of what was asked for.");
    }
}
