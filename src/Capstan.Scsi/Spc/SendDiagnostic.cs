using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>SEND DIAGNOSTIC (SPC-4 6.42): a test of the device by itself, or a diagnostic page.</summary>
/// <param name="SelfTest">SELFTEST: the default self-test; it ends with GOOD when all is well.</param>
/// <param name="ParameterListLength">Bytes of a page that follow.</param>
/// <param name="PageFormat">PF: they are a page.</param>
/// <param name="SelfTestCode">SELF-TEST CODE, 0 to 7; 0 without.</param>
/// <param name="UnitOffline">UNITOFFL: the test may do what a medium does not survive.</param>
/// <param name="DeviceOffline">DEVOFFL.</param>
// byte 0    OPERATION CODE 1Dh
// byte 1    7:5 SELF-TEST CODE   4 PF   2 SELFTEST   1 DEVOFFL   0 UNITOFFL
// byte 3-4  PARAMETER LIST LENGTH
// byte 5    CONTROL
public readonly record struct SendDiagnostic(
    bool SelfTest, ushort ParameterListLength = 0, bool PageFormat = false, byte SelfTestCode = 0, bool UnitOffline = false, bool DeviceOffline = false)
    : IScsiCommand<SendDiagnostic>
{
    public static readonly BitField SelfTestCodeField = new(Byte: 1, High: 7, Low: 5);
    public static readonly BitField PageFormatField = BitField.Bit(1, 4);
    public static readonly BitField SelfTestField = BitField.Bit(1, 2);
    public static readonly BitField DeviceOfflineField = BitField.Bit(1, 1);
    public static readonly BitField UnitOfflineField = BitField.Bit(1, 0);
    public static readonly BitField ParameterListLengthField = BitField.WholeByte(3);

    internal static ReadOnlySpan<byte> UsageData => [0x1D, 0xF7, 0, 0xFF, 0xFF, 0];

    public static string Name => "SEND DIAGNOSTIC";
    public static byte OperationCode => 0x1D;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        SelfTestCodeField.Set(cdb, SelfTestCode);
        PageFormatField.Set(cdb, PageFormat);
        SelfTestField.Set(cdb, SelfTest);
        DeviceOfflineField.Set(cdb, DeviceOffline);
        UnitOfflineField.Set(cdb, UnitOffline);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[3..], ParameterListLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out SendDiagnostic command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        int code = SelfTestCodeField.Get(cdb);
        // SPC-4 6.42: a self-test code and SELFTEST contradict each other.
        if (code != 0 && SelfTestField.IsSet(cdb)) return CdbCheck.Refuse(SelfTestCodeField, out invalid);

        command = new(SelfTestField.IsSet(cdb), BinaryPrimitives.ReadUInt16BigEndian(cdb[3..]), PageFormatField.IsSet(cdb), (byte)code,
            UnitOfflineField.IsSet(cdb), DeviceOfflineField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        Name + (SelfTest ? " self-test" : "") + (SelfTestCode == 0 ? "" : $" self-test code {SelfTestCode}")
        + (ParameterListLength == 0 ? "" : $" list {ParameterListLength}") + (UnitOffline ? " offline" : "");
}
