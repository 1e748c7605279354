using Capstan.Emulation.Kernel;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Kernel;

/// <summary>A code can mean one thing to a drive and another to a changer.</summary>
public sealed class TcmuDirectionTests
{
    // SPC-4 6.41 SECURITY PROTOCOL OUT; SMC-3 6.14 REQUEST VOLUME ELEMENT ADDRESS, 6.18 SEND VOLUME TAG, 6.11 READ ELEMENT STATUS.
    [Theory]
    [InlineData(0xB5, PeripheralDeviceType.Tape, true)]
    [InlineData(0xB5, PeripheralDeviceType.MediumChanger, false)]
    [InlineData(0xB6, PeripheralDeviceType.MediumChanger, true)]
    [InlineData(0xB8, PeripheralDeviceType.MediumChanger, false)]
    [InlineData(0x15, PeripheralDeviceType.MediumChanger, true)]
    [InlineData(0x08, PeripheralDeviceType.Tape, false)]
    [InlineData(0x0A, PeripheralDeviceType.Tape, true)]
    public void The_way_of_the_data(byte operationCode, PeripheralDeviceType type, bool isToDevice) =>
        TcmuDirection.IsToDevice(operationCode, type).ShouldBe(isToDevice);
}
