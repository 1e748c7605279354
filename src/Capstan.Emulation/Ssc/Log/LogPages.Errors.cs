using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

internal static partial class LogPages
{
    // SPC-4 7.3.7: 0 without delay, 1 with delay, 2 rewrites or rereads, 3 corrected, 4 times corrected, 5 bytes, 6 uncorrected.
    // What a file gives back is right or wrong: there is nothing that could be corrected.
    private static void AddErrors(ref LogPageWriter writer, ulong bytes, uint uncorrected)
    {
        for (ushort code = 0; code <= 4; code++)
            writer.AddUnsigned(code, Counter, code == 2 ? uncorrected : 0, 4);
        writer.AddUnsigned(0x0005, Counter, bytes, 8);
        writer.AddUnsigned(0x0006, Counter, uncorrected, 4);
    }

    private static void WriteErrors(TapeDriveUnit unit, ref LogPageWriter writer) =>
        AddErrors(ref writer, (ulong)unit.Counters.WrittenForErrors, unit.Counters.WriteErrors);

    private static void ReadErrors(TapeDriveUnit unit, ref LogPageWriter writer) =>
        AddErrors(ref writer, (ulong)unit.Counters.ReadForErrors, unit.Counters.ReadErrors);

    private static void NonMediumErrors(TapeDriveUnit unit, ref LogPageWriter writer) => writer.AddUnsigned(0x0000, Counter, 0, 4);

    // IBM: 1 servo transients, 2 data transients, 6 servo temporary, 7 data temporary, 8 (34h: 15h) total retries.
    private static void IbmWriteErrors(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        foreach (ushort code in (ReadOnlySpan<ushort>)[0x0001, 0x0002, 0x0006, 0x0007, 0x0008])
            writer.AddUnsigned(code, Counter, 0, 4);
    }

    private static void IbmReadErrors(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        foreach (ushort code in (ReadOnlySpan<ushort>)[0x0001, 0x0002, 0x0006, 0x0007, 0x0015])
            writer.AddUnsigned(code, Counter, 0, 4);
    }

    // SSC-4 8.2.6: a record for each error, the newest first.
    // byte 2 DENSITY CODE   3 MEDIUM TYPE   9 3:0 SENSE KEY   10 ASC   11 ASCQ   16-19 PRODUCT REVISION LEVEL   24 OPERATION CODE
    // byte 28-59 MEDIUM ID NUMBER   62-67 TIMESTAMP
    private static void TapeDiagnostic(TapeDriveUnit unit, ref LogPageWriter writer)
    {
        Span<byte> record = stackalloc byte[68];
        ushort code = 0;
        foreach (TapeError error in unit.Counters.Errors)
        {
            record.Clear();
            record[2] = error.DensityCode;
            record[3] = error.MediumTypeCode;
            record[9] = (byte)error.Key;
            record[10] = error.Code.Asc;
            record[11] = error.Code.Ascq;
            WriteText(record[16..20], unit.Identity.Revision);
            record[24] = error.OperationCode;
            WriteText(record[28..60], error.Barcode);
            writer.Add(code++, BinaryList, record);
        }
    }
}
