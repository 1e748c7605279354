using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Faults;

/// <summary>The faults that a virtual drive will have. One thread at a time, that of the drive.</summary>
public sealed class DriveFaultPlan
{
    private readonly List<Line> _lines = [];

    /// <summary>How many commands met a fault so far: a test whose plan hit nothing proves nothing.</summary>
    public int Struck { get; private set; }

    /// <summary>Adds a line; it counts commands from now on. Of several that fit one command the first strikes.</summary>
    public DriveFaultPlan Add(DriveFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _lines.Add(new Line(fault));
        return this;
    }

    /// <summary>Takes out what did not strike yet.</summary>
    public void Clear() => _lines.Clear();

    /// <summary>The fault that a command meets; null when it meets none.</summary>
    internal DriveFault? Next(TapeDriveUnit unit, ReadOnlySpan<byte> cdb)
    {
        DriveFault? met = null;
        foreach (Line line in _lines)
        {
            if (line.Counts(unit, cdb) && met is null && line.Strikes())
                met = line.Fault;
        }

        if (met is not null)
            Struck++;
        return met;
    }

    private sealed class Line(DriveFault fault)
    {
        private int _seen;
        private int _struck;

        public DriveFault Fault { get; } = fault;

        public bool Counts(TapeDriveUnit unit, ReadOnlySpan<byte> cdb)
        {
            if (Fault.OperationCode is { } code ? cdb[0] != code : IsUnattended(cdb[0]))
                return false;
            if (Fault.ObjectId is { } objectId)
            {
                // Of a row of fixed blocks any one.
                long behind = unit.Position + Objects(cdb);
                if (unit.Medium != MediumState.Loaded || objectId < unit.Position || objectId >= behind)
                    return false;
            }

            _seen++;
            return true;
        }

        public bool Strikes()
        {
            if ((Fault.ObjectId is null && _seen < Fault.Command) || _struck >= Fault.Count)
                return false;
            _struck++;
            return true;
        }

        // TRANSFER LENGTH of READ(6), WRITE(6), WRITE FILEMARKS(6): bytes 2 to 4, blocks when FIXED is set (SSC-5).
        private static long Objects(ReadOnlySpan<byte> cdb)
        {
            int count = (cdb[2] << 16) | (cdb[3] << 8) | cdb[4];
            return cdb[0] == WriteFilemarks6.OperationCode || (cdb[1] & 1) != 0 ? count : 1;
        }

        // INQUIRY, REPORT LUNS, REQUEST SENSE run whatever waits (SAM-5 5.14): they never fail with it.
        private static bool IsUnattended(byte operationCode) =>
            operationCode == Inquiry.OperationCode || operationCode == ReportLuns.OperationCode || operationCode == RequestSense.OperationCode;
    }
}
