using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Movement;

namespace Capstan.Cli.Mt;

/// <summary>What `mt status` prints.</summary>
internal static class MtStatus
{
    // GMT_* of Linux's include/uapi/linux/mtio.h, in the order in which mt names them.
    private static readonly (uint Bit, string Name)[] Bits =
    [
        (EndOfFile, "EOF"), (Beginning, "BOT"), (EndOfTape, "EOT"), (EndOfData, "EOD"), (WriteProtected, "WR_PROT"),
        (Online, "ONLINE"), (DoorOpen, "DR_OPEN"), (ImmediateReport, "IM_REP_EN"), (Cleaning, "CLN"),
    ];

    private const uint EndOfFile = 0x8000_0000;
    private const uint Beginning = 0x4000_0000;
    private const uint EndOfTape = 0x2000_0000;
    private const uint EndOfData = 0x0800_0000;
    private const uint WriteProtected = 0x0400_0000;
    private const uint Online = 0x0100_0000;
    private const uint DoorOpen = 0x0004_0000;
    private const uint ImmediateReport = 0x0001_0000;
    private const uint Cleaning = 0x0000_8000;

    /// <summary>
    /// Prints it in mt's words. A file number or block number that nobody tells is -1, as st has it after a movement that it cannot
    /// count. Soft errors are none: the kernel counts them, the drive does not.
    /// </summary>
    public static void Write(TextWriter text, MtStatusReport status)
    {
        text.WriteLine("SCSI 2 tape drive:");
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"File number={status.FileNumber ?? -1}, block number={status.BlockNumber ?? -1}, partition={status.Partition ?? 0}."));
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Tape block size {status.BlockLengthBytes ?? 0} bytes. Density code 0x{status.DensityCode ?? 0:x} ({NameOf(status.DensityCode ?? 0)})."));
        text.WriteLine("Soft error count since last status=0");
        uint bits = BitsOf(status);
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"General status bits on ({bits:x}):"));
        text.WriteLine(string.Concat(Bits.Where(bit => (bits & bit.Bit) != 0).Select(static bit => " " + bit.Name)));
    }

    /// <summary>Codes of LTO media (SSC-5 annex, and the vendors' manuals).</summary>
    public static void WriteDensities(TextWriter text)
    {
        text.WriteLine("SCSI tape density codes of LTO:");
        text.WriteLine("code   explanation");
        for (int code = 1; code <= byte.MaxValue; code++)
        {
            string name = Density.Name((byte)code);
            if (name.StartsWith("LTO", StringComparison.Ordinal))
                text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"0x{code:x2}   {name}"));
        }
    }

    private static string NameOf(byte code)
    {
        string name = Density.Name(code);
        return name.StartsWith("density", StringComparison.Ordinal) ? "no translation" : name;
    }

    private static uint BitsOf(MtStatusReport status)
    {
        uint bits = status switch
        {
            { FileNumber: 0, BlockNumber: 0 } => Beginning,
            { BlockNumber: 0 } => EndOfFile,
            _ => 0,
        };
        bits |= When(status.EndOfPartition, EndOfTape) | When(status.IsWriteProtected, WriteProtected) | When(status.IsReady, Online)
            | When(!status.HasTape, DoorOpen) | When(status.IsBuffered, ImmediateReport) | When(status.WantsCleaning, Cleaning);
        return bits;
    }

    private static uint When(bool isSo, uint bit) => isSo ? bit : 0;
}
