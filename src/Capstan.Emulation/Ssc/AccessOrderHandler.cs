using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>GENERATE and RECEIVE RECOMMENDED ACCESS ORDER: always to the segment that is nearest from where the last one ended.</summary>
internal readonly struct AccessOrderHandler : ICommandHandler<GenerateRecommendedAccessOrder>, ICommandHandler<ReceiveRecommendedAccessOrder>
{
    /// <summary>An LTO-9 drive takes so many (cern-cta/CTA).</summary>
    private const int MaxSegments = 2000;
    private const byte InGivenOrder = 1;
    private const byte Reorder = 2;

    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in GenerateRecommendedAccessOrder command, ref CommandContext context)
    {
        if (command.Process is not (InGivenOrder or Reorder))
            context.Refuse(GenerateRecommendedAccessOrder.ProcessField);
        else if (command.SegmentType != 0)
            context.Refuse(GenerateRecommendedAccessOrder.SegmentTypeField);
        else if (context.DataOut.Length < command.ParameterListLength)
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
        else if (!AccessOrderList.TryDecode(context.DataOut[..(int)command.ParameterListLength], out AccessOrderList list)
            || list.Segments.Length > MaxSegments)
            context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
        else if (FirstOutside(unit, list) is { } outside)
            context.RefuseParameter(AccessOrderList.HeaderLength + AccessOrderList.DescriptorLength * outside + 16);
        else
        {
            unit.AccessOrder = command.Process == Reorder ? Nearest(unit, list) : list;
            context.Good((int)command.ParameterListLength);
        }
    }

    public static void Execute(TapeDriveUnit unit, in ReceiveRecommendedAccessOrder command, ref CommandContext context)
    {
        if (command.Limits)
        {
            Span<byte> limits = stackalloc byte[AccessOrderLimits.Length];
            new AccessOrderLimits(MaxSegments, AccessOrderList.DescriptorLength).WriteTo(limits);
            context.Return(limits, command.AllocationLength);
            return;
        }
        if (unit.AccessOrder is not { } order)
        {
            context.Check(SenseKey.IllegalRequest, SenseCode.CommandSequenceError);
            return;
        }
        if (command.ListOffset > order.Segments.Length)
        {
            context.Refuse(ReceiveRecommendedAccessOrder.ListOffsetField);
            return;
        }
        var rest = new AccessOrderList([.. order.Segments.Skip((int)command.ListOffset)]);
        var answer = new byte[rest.Length];
        rest.WriteTo(answer);
        context.Return(answer, command.AllocationLength);
    }

    private static int? FirstOutside(TapeDriveUnit unit, AccessOrderList list)
    {
        for (int i = 0; i < list.Segments.Length; i++)
        {
            DataSegment segment = list.Segments[i];
            if (segment.Partition != unit.Partition || segment.FirstObjectId > segment.LastObjectId || segment.LastObjectId >= (ulong)unit.Tape.EndOfData)
                return i;
        }
        return null;
    }

    private static AccessOrderList Nearest(TapeDriveUnit unit, AccessOrderList list)
    {
        var geometry = new WrapGeometry(unit.Tape);
        var left = new List<DataSegment>(list.Segments);
        var order = new List<DataSegment>(left.Count);
        long here = unit.Position;
        while (left.Count > 0)
        {
            int nearest = 0;
            double best = double.MaxValue;
            for (int i = 0; i < left.Count; i++)
            {
                double seconds = geometry.SecondsBetween(here, (long)left[i].FirstObjectId);
                if (seconds >= best)
                    continue;
                (nearest, best) = (i, seconds);
            }
            order.Add(left[nearest]);
            here = (long)left[nearest].LastObjectId + 1;
            left.RemoveAt(nearest);
        }
        return new AccessOrderList([.. order]);
    }
}
