using System.Collections.Immutable;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

/// <summary>SECURITY PROTOCOL OUT: sets data encryption parameters. The whole page is checked before any of it counts.</summary>
internal readonly struct SecurityProtocolOutHandler : ICommandHandler<SecurityProtocolOut>
{
    internal const ushort MaxUnauthenticated = 32;
    internal const ushort MaxAuthenticated = 12;
    internal const ushort MaxMetadata = 64;

    private const byte ReservedRawMode = 1;

    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in SecurityProtocolOut command, ref CommandContext context)
    {
        if (command.Protocol != SecurityProtocol.TapeDataEncryption || !unit.Encryption.IsSupported)
        {
            unit.NoteMissingCipher();
            context.Refuse(SecurityProtocolOut.ProtocolField);
            return;
        }
        if (command.Page != TapeEncryptionPage.SetDataEncryption)
        {
            context.Refuse(SecurityProtocolOut.SpecificField);
            return;
        }
        if (command.TransferLength == 0)
        {
            context.Good();
            return;
        }
        if (context.DataOut.Length < command.TransferLength)
        {
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
            return;
        }
        if (!SetDataEncryption.TryDecode(context.DataOut[..command.TransferLength], out SetDataEncryption page, out BitField? invalid))
        {
            if (invalid is { } field)
                RefuseParameter(field, ref context);
            else
                context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
            return;
        }
        if (page.Scope != EncryptionScope.Public && FindFault(unit, page) is { } fault)
        {
            RefuseParameter(fault, ref context);
            return;
        }
        unit.SetEncryption(DriveEncryption.OwnNexus, page);
        context.Good(command.TransferLength);
    }

    private static void RefuseParameter(BitField field, ref CommandContext context) =>
        context.RefuseParameter(field.Byte, field == BitField.WholeByte(field.Byte) ? null : field.High);

    private static BitField? FindFault(TapeDriveUnit unit, in SetDataEncryption page)
    {
        if (page.Scope > EncryptionScope.AllNexuses)
            return SetDataEncryption.ScopeField;
        if (page.Encryption > EncryptionMode.Encrypt)
            return SetDataEncryption.EncryptionModeField;
        if (page.Decryption > DecryptionMode.Mixed)
            return SetDataEncryption.DecryptionModeField;
        if (page.RawMode == ReservedRawMode)
            return SetDataEncryption.RdmcField;
        if (page.IsSupplemental)
            return SetDataEncryption.SdkField;
        if (page.ClearOnDemount && unit.Medium != MediumState.Loaded)
            return SetDataEncryption.CkodField;
        if (page.ClearOnPreempt && !unit.Encryption.IsReserved())
            return SetDataEncryption.CkorpField;
        if (page.ClearOnReservationLoss && !unit.Encryption.IsReserved())
            return SetDataEncryption.CkorlField;
        // Everything off: what else stands there is ignored.
        if (page is { Encryption: EncryptionMode.Disable, Decryption: DecryptionMode.Disable })
            return null;
        if (page.AlgorithmIndex != unit.Encryption.AlgorithmIndex)
            return SetDataEncryption.AlgorithmIndexField;
        if (page.NeedsKey && page.KeyFormat != 0)
            return SetDataEncryption.KeyFormatField;
        if (page.NeedsKey && page.Key.Length != BlockCipher.KeyLength)
            return SetDataEncryption.KeyLengthField;
        return FindFaultOfDescriptors(page);
    }

    /// <summary>At most one of a type, in the order of the types, none too long; the nonce is the drive's own.</summary>
    private static BitField? FindFaultOfDescriptors(in SetDataEncryption page)
    {
        int offset = page.DescriptorsOffset;
        if (!KeyAssociatedData.TryReadAll(page.Descriptors, out ImmutableArray<KeyAssociatedData> descriptors))
            return BitField.WholeByte(offset + descriptors.Sum(descriptor => descriptor.Length));
        int last = -1;
        foreach (KeyAssociatedData descriptor in descriptors)
        {
            int most = descriptor.Type switch
            {
                KeyAssociatedDataType.Unauthenticated => MaxUnauthenticated,
                KeyAssociatedDataType.Authenticated => MaxAuthenticated,
                KeyAssociatedDataType.Metadata => MaxMetadata,
                _ => -1,
            };
            if (most < 0 || (int)descriptor.Type <= last)
                return BitField.WholeByte(offset);
            if (descriptor.Data.Length > most)
                return BitField.WholeByte(offset + 2);
            last = (int)descriptor.Type;
            offset += descriptor.Length;
        }
        return null;
    }
}
