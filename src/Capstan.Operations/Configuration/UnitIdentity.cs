using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Configuration;

/// <summary>What a logical unit says it is (INQUIRY, and VPD page 80h), trimmed.</summary>
/// <param name="DeviceType">Peripheral device type: 1 a tape drive, 8 a changer (SPC-5 6.7.2).</param>
/// <param name="Serial">Unit serial number; null where there is none.</param>
public sealed record UnitIdentity(int DeviceType, string Vendor, string Product, string Revision, string? Serial)
{
    public const int TapeType = 1;
    public const int ChangerType = 8;

    private const byte UnitSerialNumberPage = 0x80;
    private const int Attempts = 4;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>For people.</summary>
    public string Kind => DeviceType switch
    {
        TapeType => "tape drive",
        ChangerType => "changer",
        _ => $"device of type {DeviceType:X2}h",
    };

    /// <summary>
    /// Whether no other device has this vendor and serial number. tgtd makes serial numbers of the target's and the unit's numbers
    /// (usr/scsi.c and usr/tgt's device_type_template: "beaf"), which are the same in each tgtd.
    /// </summary>
    public bool IsSerialUnique => Serial is { Length: > 0 } serial && !(Vendor == "IET" && serial.StartsWith("beaf", StringComparison.Ordinal));

    /// <summary>Asks. Moves nothing, and takes no unit attention away (SPC-5 6.7.1).</summary>
    /// <returns>Null when it does not answer.</returns>
    /// <exception cref="ScsiTransportException">The path is broken.</exception>
    public static UnitIdentity? Ask(IScsiTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        Span<byte> answer = stackalloc byte[255];
        if (!TryAsk(transport, new Inquiry(null, (ushort)answer.Length), answer, out int length) || !InquiryData.TryDecode(answer[..length], out InquiryData inquiry))
            return null;
        string? serial = TryAsk(transport, new Inquiry(UnitSerialNumberPage, (ushort)answer.Length), answer, out length)
            && UnitSerialNumber.TryDecode(answer[..length], out UnitSerialNumber page) && page.SerialNumber.Trim('\0', ' ') is { Length: > 0 } text ? text : null;
        return new UnitIdentity((int)inquiry.Peripheral.DeviceType, inquiry.Vendor.Trim(), inquiry.Product.Trim(), inquiry.Revision.Trim(), serial);
    }

    private static bool TryAsk(IScsiTransport transport, Inquiry command, Span<byte> answer, out int length)
    {
        Span<byte> sense = stackalloc byte[ScsiCompletion.SenseBufferLength];
        length = 0;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            answer.Clear();
            ScsiCompletion completion = transport.Execute(in command, DataTransfer.FromDevice(answer), sense, Timeout);
            if (completion.Status == ScsiStatus.Good)
            {
                length = answer.Length - (completion.Residual ?? 0);
                return true;
            }

            if (completion.Status is not (ScsiStatus.CheckCondition or ScsiStatus.Busy))
                return false;
        }

        return false;
    }
}

/// <summary>Asks devices what they are. The front end implements it, because it alone knows the concrete transports.</summary>
public interface IUnitIdentifier
{
    /// <summary>Opens a device and asks what it is.</summary>
    /// <param name="device">As it stands in a configuration.</param>
    /// <exception cref="OperationException">It cannot be opened, or does not answer.</exception>
    UnitIdentity Identify(string device);
}
