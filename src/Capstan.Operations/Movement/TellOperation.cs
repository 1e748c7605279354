using Capstan.Drive;

namespace Capstan.Operations.Movement;

/// <summary>`capstan drive tell`: everything that READ POSITION says, in each form that the drive has.</summary>
public static class TellOperation
{
    /// <summary>Asks the drive. Moves nothing.</summary>
    /// <exception cref="OperationException">The drive cannot be used, or does not tell; or there is no tape.</exception>
    public static TellReport Run(OperationContext context, string? device, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        using OpenDrive open = OpenDrive.Open(context, device);
        return Failures.Guard(() =>
        {
            TapeDrive drive = open.Drive;
            drive.AwaitMedium(new Readiness(context.Listener), cancellation);
            PositionDetails details = default;
            Unsupported.Guard(drive, "tell where its tape stands (READ POSITION)", () => details = drive.ReadPositionDetails());
            // tgt answers object 0 without BOP wherever it is: one that contradicts itself tells nothing.
            if (!drive.ReportsPosition || details.Position is { ObjectId: 0, BeginningOfPartition: false })
            {
                throw new OperationException(ExitStatus.Device,
                    $"{drive.Name}: this drive ({drive.Identity.Vendor} {drive.Identity.Product}) cannot tell where its tape stands. Rewind it with `capstan drive rewind`, and count from there.");
            }

            return Report(open.Source.Device, open.Source.PickedBy, details);
        });
    }

    /// <summary>Decodes one saved answer.</summary>
    /// <param name="bytes">20 bytes or 32, of whichever form.</param>
    /// <param name="name">Of the file, for the report.</param>
    /// <exception cref="OperationException">It is no answer to READ POSITION.</exception>
    public static TellReport Decode(ReadOnlySpan<byte> bytes, string name) =>
        PositionDetails.TryDecode(bytes, out PositionDetails details)
            ? Report(name, null, details)
            : throw new OperationException(ExitStatus.Failed, $"{name}: {bytes.Length} bytes are no answer to READ POSITION, which has 20 or 32.");

    private static TellReport Report(string device, string? pickedBy, in PositionDetails details)
    {
        var forms = new List<string>(3);
        foreach (PositionFormSet form in (ReadOnlySpan<PositionFormSet>)[PositionFormSet.Short, PositionFormSet.Long, PositionFormSet.Extended])
        {
            if ((details.Forms & form) != 0)
                forms.Add(form.ToString().ToLowerInvariant());
        }

        return new TellReport(device, pickedBy, details.Position is { } position ? Positions.Of(position) : null, details.BeyondProgrammableEarlyWarning,
            details.ObjectsInBuffer, details.BytesInBuffer, details.FirstBufferedObject, forms,
            details.Position is null ? pickedBy is null
                ? $"{device}: the drive that gave this answer did not know where its tape stood."
                : $"{device}: the drive does not know where its tape stands. Rewind it with `capstan drive rewind`, then start again." : null,
            details.Position is null ? ExitStatus.Device : ExitStatus.Success);
    }
}
