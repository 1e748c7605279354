using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Smc;

/// <summary>Makes a robot take as long as a real one: whoever sent the command waits for it.</summary>
internal static class RobotMotion
{
    /// <summary>A command was carried out.</summary>
    internal static void After(VirtualLibrary library, ref CommandContext context)
    {
        // A drive that was loaded rewinds and unloads first.
        double unloading = library.TakeUnloadSeconds();
        if (!context.IsComplete || context.Status != ScsiStatus.Good)
            return;
        byte code = context.Cdb[0];
        double seconds = code == MoveMedium.OperationCode ? ChangerTiming.MoveSeconds
            : code == ExchangeMedium.OperationCode ? 2 * ChangerTiming.MoveSeconds
            : code == PositionToElement.OperationCode ? ChangerTiming.MoveSeconds / 2
            : code == InitializeElementStatus.OperationCode || code == InitializeElementStatusWithRange.OperationCode
                || code == InitializeElementStatusWithRangeE7h.OperationCode
                ? ChangerTiming.InventorySeconds(library.Elements.StorageCount + library.Elements.ImportExportCount)
            : 0;
        if (seconds > 0)
            TapeMotion.Wait(library.Time, seconds + unloading);
    }
}
