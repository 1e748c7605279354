using Capstan.Drive;
using Capstan.Scsi;

namespace Capstan.Operations.Modes;

/// <summary>`capstan drive options`: compression, block length, buffering and programmable early warning as the drive has them set, and setting them.</summary>
public static class OptionsOperation
{
    /// <summary>Sets what the request names, then tells how the drive is set: what it says then, not what was asked for.</summary>
    /// <exception cref="OperationException">The drive cannot be used, or cannot be set so.</exception>
    public static OptionsReport Run(OperationContext context, OptionsRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            if (request.BlockLengthBytes is > 0 and { } length)
                CheckLength(drive, length);
            DriveSettings before = Read(drive);
            if (request.Compression is { } compress && before.Compression != compress)
            {
                if (before.CompressionPage is not { } page)
                    throw Cannot(drive, "be told whether to compress: it has neither mode page 0Fh nor 10h");
                Unsupported.Guard(drive, $"switch compression {(compress ? "on" : "off")}", () => drive.ChangeModes(page, 0, (header, bytes) =>
                {
                    SetCompression(bytes, compress);
                    return header;
                }));
            }

            if (request.BlockLengthBytes is { } bytes && before.Header.BlockDescriptor?.BlockLengthBytes != bytes
                || request.Buffering is { } buffer && (before.Header.BufferedMode != 0) != buffer)
            {
                Unsupported.Guard(drive, Describe(request), () => drive.ChangeModes(null, 0, (header, _) => header with
                {
                    BufferedMode = request.Buffering is { } wanted ? wanted ? 1 : 0 : header.BufferedMode,
                    BlockDescriptor = request.BlockLengthBytes is { } wantedLength
                        ? (header.BlockDescriptor ?? default) with { BlockLengthBytes = wantedLength, NumberOfBlocks = 0 }
                        : header.BlockDescriptor,
                }));
            }

            int? warningBefore = drive.ReadProgrammableEarlyWarning();
            if (request.EarlyWarningMegabytes is { } megabytes && warningBefore != megabytes && (warningBefore is not null || !request.IsDefaults))
                Unsupported.Guard(drive, "warn earlier than it does of itself: it has no programmable early warning (mode page 10h/01h, LTO-5 and newer)", () => drive.SetProgrammableEarlyWarning(megabytes));

            DriveSettings now = request.SetsAnything ? Read(drive) : before;
            int? warning = request.SetsAnything ? drive.ReadProgrammableEarlyWarning() : warningBefore;
            Confirm(drive, request, now);
            return new OptionsReport(open.Source.Device, open.Source.PickedBy, now.Compression, now.CompressionPossible,
                now.Header.BlockDescriptor?.BlockLengthBytes, now.Header.BufferedMode != 0,
                request.SetsAnything && (now != before || warning != warningBefore), warning);
        });
    }

    /// <summary>How a drive is set now; also for `drive status`.</summary>
    internal static DriveSettings Read(TapeDrive drive)
    {
        DataCompression? page = TryRead(drive, out ModeParameterHeader header);
        if (page is { } compression)
            return new DriveSettings(header, compression.CompressionEnabled, compression.CompressionCapable, DataCompression.PageCode);
        // SCSI-2 drives have only the device configuration page's SELECT DATA COMPRESSION ALGORITHM.
        ModeAnswer answer;
        try
        {
            answer = drive.ReadModes(DeviceConfiguration.PageCode);
        }
        catch (TapeCommandException e) when (e.IsUnsupported)
        {
            ModeAnswer any = default;
            Unsupported.Guard(drive, "tell how it is set (MODE SENSE)", () => any = drive.ReadModes(0x3F));
            return ModeParameters.TryDecode(any.Data, any.Form, out ModeParameters bare)
                ? new DriveSettings(bare.Header, null, null, null)
                : throw Cannot(drive, "tell how it is set: its mode parameters are malformed");
        }

        if (!ModeParameters.TryDecode(answer.Data, answer.Form, out ModeParameters parameters))
            throw Cannot(drive, "tell how it is set: its mode parameters are malformed");
        return parameters.TryGet(out DeviceConfiguration configuration)
            ? new DriveSettings(parameters.Header, configuration.SelectDataCompressionAlgorithm != 0, null, DeviceConfiguration.PageCode)
            : new DriveSettings(parameters.Header, null, null, null);
    }

    private static DataCompression? TryRead(TapeDrive drive, out ModeParameterHeader header)
    {
        header = default;
        try
        {
            ModeAnswer answer = drive.ReadModes(DataCompression.PageCode);
            if (!ModeParameters.TryDecode(answer.Data, answer.Form, out ModeParameters parameters))
                return null;
            header = parameters.Header;
            return parameters.TryGet(out DataCompression page) ? page : null;
        }
        catch (TapeCommandException e) when (e.IsUnsupported)
        {
            return null;
        }
    }

    private static void SetCompression(Span<byte> page, bool on)
    {
        if ((page[0] & 0x3F) == DataCompression.PageCode)
            DataCompression.CompressionEnabledField.Set(page, on);
        else
            DeviceConfiguration.SelectDataCompressionAlgorithmField.Set(page, on ? 1 : 0);
    }

    private static void CheckLength(TapeDrive drive, int length)
    {
        BlockLengthLimits limits = drive.ReadBlockLimits();
        if (length < limits.Minimum || limits.Maximum > 0 && length > limits.Maximum)
            throw new OperationException(ExitStatus.Usage, $"block-length={length}: {drive.Name} takes blocks of {limits.Minimum} to {limits.Maximum} bytes.");
    }

    /// <summary>Some drives take MODE SELECT and do nothing.</summary>
    private static void Confirm(TapeDrive drive, OptionsRequest request, in DriveSettings now)
    {
        string? wrong = request.Compression is { } compression && now.Compression != compression ? "compression"
            : request.BlockLengthBytes is { } length && now.Header.BlockDescriptor?.BlockLengthBytes != length ? "block-length"
            : request.Buffering is { } buffering && (now.Header.BufferedMode != 0) != buffering ? "buffering" : null;
        if (wrong is not null)
            throw Cannot(drive, $"be set so: it took the command, and {wrong} stayed as it was");
    }

    private static string Describe(OptionsRequest request) => request switch
    {
        { BlockLengthBytes: { } length, Buffering: null } => $"use blocks of {length} bytes",
        { BlockLengthBytes: null, Buffering: { } buffering } => buffering ? "buffer writes" : "write without its buffer",
        _ => "be set so",
    };

    private static OperationException Cannot(TapeDrive drive, string what) => new(ExitStatus.Device,
        $"{drive.Name}: this drive ({drive.Identity.Vendor} {drive.Identity.Product}) cannot {what}.");
}

/// <summary>How a drive is set.</summary>
/// <param name="CompressionPage">The mode page that says whether it compresses; null without.</param>
internal readonly record struct DriveSettings(ModeParameterHeader Header, bool? Compression, bool? CompressionPossible, byte? CompressionPage);
