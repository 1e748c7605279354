using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>Where an object lies on the tape: the tape is written in wraps, forth and back, all of one length.</summary>
internal readonly struct WrapGeometry
{
    private readonly ITapeMedium _tape;
    private readonly long _wrapBytes;

    internal WrapGeometry(ITapeMedium tape)
    {
        _tape = tape;
        // 16 tracks are written at a time up to LTO-6, 32 from LTO-7 on.
        int heads = tape.Medium.MediumTypeCode >> 4 is >= 7 or 0 ? 32 : 16;
        Wraps = Math.Max(1, tape.Medium.Tracks / heads);
        _wrapBytes = Math.Max(1, tape.CapacityBytes / Wraps);
    }

    internal int Wraps { get; }

    /// <summary>The last wrap that holds data; -1 on a blank tape.</summary>
    internal int LastWrap => _tape.EndOfData == 0 ? -1 : WrapOf(Math.Max(0, _tape.UsedBytes - 1));

    /// <summary>The last object that begins in a wrap.</summary>
    internal long EndOf(int wrap)
    {
        if (wrap >= LastWrap)
            return Math.Max(0, _tape.EndOfData - 1);
        long low = 0;
        long high = _tape.EndOfData;
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            if (WrapOf(_tape.UsedBytesAt(middle)) > wrap)
                high = middle;
            else
                low = middle + 1;
        }
        return Math.Max(0, low - 1);
    }

    /// <summary>
    /// Seconds from one object to another, estimated as CERN measured them on LTO-8 (cern-cta/CTA rao/CTACostHeuristic.cpp): the change of
    /// wrap, the change of direction, and the way along the tape.
    /// </summary>
    internal double SecondsBetween(long from, long to)
    {
        (int fromWrap, double fromPlace) = PlaceOf(from);
        (int toWrap, double toPlace) = PlaceOf(to);
        double seconds = 4.29 + 0.0006192 * LogicalPositions * Math.Abs(toPlace - fromPlace);
        if (fromWrap != toWrap)
            seconds += 6.69;
        if ((fromWrap & 1) != (toWrap & 1))
            seconds += 5.22;
        return seconds;
    }

    /// <summary>Longitudinal positions of a whole tape, as the drive counts them.</summary>
    private const double LogicalPositions = 171_000;

    private int WrapOf(long bytes) => (int)Math.Min(Wraps - 1, bytes / _wrapBytes);

    /// <summary>The wrap of an object, and where along the tape it begins: 0 at the beginning, 1 at the far end.</summary>
    internal (int Wrap, double Place) PlaceOf(long objectId)
    {
        long bytes = _tape.UsedBytesAt(Math.Min(objectId, _tape.EndOfData));
        int wrap = WrapOf(bytes);
        double along = Math.Min(1, (bytes - wrap * _wrapBytes) / (double)_wrapBytes);
        return (wrap, (wrap & 1) == 0 ? along : 1 - along);
    }
}

/// <summary>READ END OF WRAP POSITION: of the wraps that hold data.</summary>
internal readonly struct ReadEndOfWrapPositionHandler : ICommandHandler<ReadEndOfWrapPosition>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in ReadEndOfWrapPosition command, ref CommandContext context)
    {
        var geometry = new WrapGeometry(unit.Tape);
        int last = geometry.LastWrap;
        if (!command.ReportAll && (command.Wrap ?? 0) > last)
        {
            // Nothing ends in a wrap that was not written.
            context.Refuse(ReadEndOfWrapPosition.WrapField);
            return;
        }
        Span<byte> answer = new byte[4 + 12 * (last + 1) + 12];
        int length;
        if (command.ReportAll)
        {
            var wraps = new EndOfWrap[last + 1];
            for (int wrap = 0; wrap <= last; wrap++)
                wraps[wrap] = new EndOfWrap((ushort)wrap, (ushort)unit.Partition, geometry.EndOf(wrap));
            length = EndOfWrap.WriteAll(wraps, answer);
        }
        else
        {
            int wrap = command.Wrap ?? 0;
            length = new EndOfWrap((ushort)wrap, (ushort)unit.Partition, geometry.EndOf(wrap)).WriteOne(answer);
        }
        context.Return(answer[..length], command.AllocationLength);
    }
}
