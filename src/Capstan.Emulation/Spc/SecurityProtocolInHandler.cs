using System.Security.Cryptography;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

/// <summary>SECURITY PROTOCOL IN: which protocols there are, and the pages of tape data encryption.</summary>
internal readonly struct SecurityProtocolInHandler : ICommandHandler<SecurityProtocolIn>
{
    private const int MaxAnswerLength = 512;
    private const byte PlainKey = 0x00;

    /// <summary>EXTDECC: no external control. CFG_P: parameters can be set here.</summary>
    private const byte NoExternalControl = 1;
    private const byte ConfigurationAllowed = 1;

    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    private static ReadOnlySpan<ushort> InPages =>
    [
        TapeEncryptionPage.InSupport, TapeEncryptionPage.OutSupport, TapeEncryptionPage.Capabilities, TapeEncryptionPage.KeyFormats,
        TapeEncryptionPage.ManagementCapabilities, TapeEncryptionPage.Status, TapeEncryptionPage.NextBlockStatus, TapeEncryptionPage.RandomNumber,
    ];

    public static void Execute(TapeDriveUnit unit, in SecurityProtocolIn command, ref CommandContext context)
    {
        Span<byte> answer = stackalloc byte[MaxAnswerLength];
        answer.Clear();
        int length;
        switch (command.Protocol)
        {
            case SecurityProtocol.Information:
                length = Information(unit, command.Page, answer);
                break;
            case SecurityProtocol.TapeDataEncryption when unit.Encryption.IsSupported:
                // Only this page is about the medium.
                if (command.Page == TapeEncryptionPage.NextBlockStatus && !unit.MayRun(CommandNeeds.Medium, ref context))
                    return;
                length = Encryption(unit, command.Page, answer);
                break;
            default:
                unit.NoteMissingCipher();
                context.Refuse(SecurityProtocolIn.ProtocolField);
                return;
        }
        if (length == 0)
            context.Refuse(SecurityProtocolIn.SpecificField);
        else
            context.Return(answer[..length], command.AllocationLength);
    }

    private static int Information(TapeDriveUnit unit, ushort page, Span<byte> answer) => page switch
    {
        SupportedSecurityProtocols.Specific => new SupportedSecurityProtocols(unit.Encryption.IsSupported
            ? [SecurityProtocol.Information, SecurityProtocol.TapeDataEncryption]
            : [SecurityProtocol.Information]).WriteTo(answer),
        // A certificate of no length.
        SupportedSecurityProtocols.CertificateSpecific => 4,
        _ => 0,
    };

    private static int Encryption(TapeDriveUnit unit, ushort page, Span<byte> answer)
    {
        switch (page)
        {
            case TapeEncryptionPage.InSupport:
                return TapeEncryptionPage.WriteCodes(answer, page, InPages);
            case TapeEncryptionPage.OutSupport:
                return TapeEncryptionPage.WriteCodes(answer, page, [TapeEncryptionPage.SetDataEncryption]);
            case TapeEncryptionPage.Capabilities:
                return new DataEncryptionCapabilities(NoExternalControl, ConfigurationAllowed, [Algorithm(unit)]).WriteTo(answer);
            case TapeEncryptionPage.KeyFormats:
                return TapeEncryptionPage.WriteKeyFormats(answer, [PlainKey]);
            case TapeEncryptionPage.ManagementCapabilities:
                return new DataEncryptionManagement(true, true, true, true, true, true, true).WriteTo(answer);
            case TapeEncryptionPage.Status:
                return Status(unit).WriteTo(answer);
            case TapeEncryptionPage.NextBlockStatus:
                return unit.Encryption.DescribeNext(unit.Tape, unit.Position).WriteTo(answer);
            case TapeEncryptionPage.RandomNumber:
                Span<byte> random = stackalloc byte[TapeEncryptionPage.RandomNumberLength];
                RandomNumberGenerator.Fill(random);
                return TapeEncryptionPage.WriteRandomNumber(answer, random);
            default:
                return 0;
        }
    }

    /// <summary>As HP's and IBM's manuals have it; RDMC_C 4h: raw reads must be allowed block by block.</summary>
    private static DataEncryptionAlgorithm Algorithm(TapeDriveUnit unit)
    {
        bool isLoaded = unit.Medium == MediumState.Loaded && unit.Cartridge is not null;
        return new DataEncryptionAlgorithm(unit.Encryption.AlgorithmIndex, DataEncryptionAlgorithm.AesGcm256)
        {
            IsValidForMountedVolume = isLoaded,
            HasAuthenticationCode = true,
            DistinguishesEncryptedBlocks = true,
            DecryptCapability = 2,
            EncryptCapability = 2,
            ValidForCurrentPosition = isLoaded ? (byte)2 : (byte)0,
            NonceCapability = 1,
            HasKadFormat = true,
            TellsOfEncryptedBlocks = true,
            MaximumUnauthenticatedBytes = SecurityProtocolOutHandler.MaxUnauthenticated,
            MaximumAuthenticatedBytes = SecurityProtocolOutHandler.MaxAuthenticated,
            KeyBytes = BlockCipher.KeyLength,
            DecryptionKadCapability = 3,
            ExternalModeCapability = 2,
            RawModeCapability = 4,
            RecordsMode = true,
        };
    }

    private static bool HasEncryptedBlocks(ITapeMedium tape)
    {
        for (int partition = 0; partition < tape.PartitionCount; partition++)
        {
            if (tape.GetPartition(partition).FirstEncryptedObject >= 0)
                return true;
        }
        return false;
    }

    private static DataEncryptionStatus Status(TapeDriveUnit unit)
    {
        bool hasEncrypted = unit.Medium == MediumState.Loaded && unit.Cartridge is { } tape && HasEncryptedBlocks(tape);
        if (unit.Encryption.For(DriveEncryption.OwnNexus) is not { } parameters)
        {
            return new DataEncryptionStatus(EncryptionScope.Public, EncryptionScope.Public, EncryptionMode.Disable, DecryptionMode.Disable,
                unit.Encryption.AlgorithmIndex, unit.Encryption.KeyInstance, [])
            {
                ParametersControl = 1,
                ContainsEncryptedBlocks = hasEncrypted,
            };
        }
        return new DataEncryptionStatus(parameters.Scope, parameters.Scope, parameters.Encryption, parameters.Decryption,
            unit.Encryption.AlgorithmIndex, parameters.KeyInstance, parameters.Kads)
        {
            ParametersControl = 1,
            ContainsEncryptedBlocks = hasEncrypted,
            ExternalModeCheck = parameters.ExternalModeCheck,
            IsRawReadDisabled = parameters.Encryption == EncryptionMode.Encrypt && parameters.IsRawReadDisabled,
            KadFormat = parameters.KadFormat,
        };
    }
}
