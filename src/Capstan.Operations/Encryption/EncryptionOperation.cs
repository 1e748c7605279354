using Capstan.Drive;

namespace Capstan.Operations.Encryption;

/// <summary>`capstan drive encryption`.</summary>
public static class EncryptionOperation
{
    /// <summary>Moves no tape, and answers without one, too.</summary>
    /// <exception cref="OperationException">The drive cannot be reached, or cannot encrypt.</exception>
    public static EncryptionReport Status(OperationContext context, string? device)
    {
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() => Report(open));
    }

    /// <summary>Sets it, reads it back, and tells it.</summary>
    /// <exception cref="OperationException">The drive cannot encrypt, or refuses these settings.</exception>
    public static EncryptionReport Set(OperationContext context, EncryptionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() =>
        {
            open.Drive.SetEncryption(Settings(request), request.Key?.Key);
            return Report(open);
        });
    }

    /// <summary>Understands a saved answer to SECURITY PROTOCOL IN, whichever page it is.</summary>
    /// <returns>Null when it is no page of tape data encryption.</returns>
    public static EncryptionReport? Decode(ReadOnlySpan<byte> data, string? drive) => EncryptionPage.Decode(data) is not { } page ? null
        : new EncryptionReport(
            null, null, drive, page.State is { } state ? EncryptionSettingsReport.Of(state) : null,
            page.NextBlock is { } next ? NextBlockReport.Of(next) : null, [.. (page.Algorithms ?? []).Select(AlgorithmReport.Of)],
            page.Abilities is { } abilities ? ManagementReport.Of(abilities) : null, page.Pages);

    private static EncryptionSettings Settings(EncryptionRequest request) => new()
    {
        Writes = request.Choice is EncryptionChoice.On or EncryptionChoice.Mixed ? EncryptionOfWrites.On : EncryptionOfWrites.Off,
        Reads = request.Choice switch
        {
            EncryptionChoice.On => EncryptionOfReads.On,
            EncryptionChoice.Mixed => EncryptionOfReads.Mixed,
            EncryptionChoice.RawRead => EncryptionOfReads.Raw,
            _ => EncryptionOfReads.Off,
        },
        Audience = request.IsLocal ? EncryptionAudience.Local : EncryptionAudience.All,
        ClearOnDemount = request.ClearsOnUnload,
        Description = request.Description ?? request.Key?.Description,
        AllowsRawRead = request.AllowsRawRead,
    };

    private static EncryptionReport Report(OpenDrive open)
    {
        TapeDrive drive = open.Drive;
        EncryptionState state = drive.ReadEncryption() ?? throw new OperationException(ExitStatus.Device,
            $"{open.Source.Device}: this drive ({drive.Identity.Vendor} {drive.Identity.Product}) cannot encrypt: it has no SECURITY PROTOCOL for tape encryption. LTO drives have it from generation 4 on.");
        return new EncryptionReport(
            open.Source.Device, open.Source.PickedBy, $"{drive.Identity.Vendor} {drive.Identity.Product}", EncryptionSettingsReport.Of(state),
            drive.TestReady().State == DriveState.Ready && drive.ReadNextBlock() is { } next ? NextBlockReport.Of(next) : null,
            [.. drive.ReadEncryptionAlgorithms().Select(AlgorithmReport.Of)],
            drive.ReadEncryptionAbilities() is { } abilities ? ManagementReport.Of(abilities) : null);
    }
}
