using Capstan.Scsi;

namespace Capstan.Emulation.Kernel;

/// <summary>
/// Which commands bring data to the device. A ring entry has buffers and no direction, so the operation code has to tell; one that
/// the unit does not know is refused before its data matter.
/// </summary>
internal static class TcmuDirection
{
    /// <param name="deviceType">Whose command: some codes have another meaning for a changer than for a drive.</param>
    internal static bool IsToDevice(byte operationCode, PeripheralDeviceType deviceType) => operationCode is
        0x0A or 0x15 or 0x55 // WRITE(6), MODE SELECT(6), MODE SELECT(10)
        or 0x13 or 0x1D or 0x3B // VERIFY(6) with BYTCMP, SEND DIAGNOSTIC, WRITE BUFFER
        or 0x4C or 0x5F or 0x82 or 0x8A or 0x8D or 0x8F // LOG SELECT, PERSISTENT RESERVE OUT, ALLOW OVERWRITE, WRITE(16), WRITE ATTRIBUTE, VERIFY(16)
        or 0xA4 or 0xB6 // MAINTENANCE OUT; SEND VOLUME TAG of a changer
        // SECURITY PROTOCOL OUT; of a changer REQUEST VOLUME ELEMENT ADDRESS, which has an answer (SMC-3 6.14).
        || (operationCode == 0xB5 && deviceType != PeripheralDeviceType.MediumChanger);
}
