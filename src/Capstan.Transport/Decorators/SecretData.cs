using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>Knows which data on the way to a device are secret: keys. What writes commands down writes zeros in their place.</summary>
internal static class SecretData
{
    /// <summary>Whether a command carries something secret to the device.</summary>
    internal static bool IsIn(in Cdb cdb) => cdb.OperationCode == SecurityProtocolOut.OperationCode;

    /// <summary>The data without what is secret: of a Set Data Encryption page the key is zeros, of anything unknown everything.</summary>
    internal static byte[] Mask(in Cdb cdb, ReadOnlySpan<byte> data)
    {
        byte[] masked = data.ToArray();
        int start = 0;
        int length = masked.Length;
        if (SecurityProtocolOut.TryDecode(cdb.Span, out SecurityProtocolOut command, out _)
            && command is { Protocol: SecurityProtocol.TapeDataEncryption, Page: TapeEncryptionPage.SetDataEncryption }
            && SetDataEncryption.TryDecode(data, out SetDataEncryption page, out _))
        {
            start = SetDataEncryption.FixedLength;
            length = page.Key.Length;
        }

        masked.AsSpan(start, length).Clear();
        return masked;
    }
}
