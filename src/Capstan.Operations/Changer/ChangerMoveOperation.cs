namespace Capstan.Operations.Changer;

/// <summary>The verbs that move cartridges.</summary>
public enum ChangerVerb
{
    Load,
    Unload,
    Transfer,
    Exchange,
    Import,
    Export,
    Clean,
}

/// <summary>What to move.</summary>
/// <param name="Changer">See <see cref="IDriveSource.OpenChanger"/>.</param>
/// <param name="What">Places and labels, as the verb takes them.</param>
/// <param name="To">Where to; null where the verb decides.</param>
/// <param name="Drive">Number of the drive, from 0, of the verbs that have one.</param>
/// <param name="DriveDevice">The way to that drive, for a changer that does not tell which drives it has; null for none.</param>
public sealed record ChangerMoveRequest(
    string? Changer, ChangerVerb Verb, IReadOnlyList<string> What, string? To = null, int Drive = 0, string? DriveDevice = null);

/// <summary>`capstan changer load|unload|transfer|exchange|import|export|clean`.</summary>
public static class ChangerMoveOperation
{
    /// <exception cref="OperationException">It could not be done; the message says where each cartridge is.</exception>
    public static ChangerMoveReport Run(OperationContext context, ChangerMoveRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        IReadOnlyList<string> what = request.What;
        return request.Verb switch
        {
            ChangerVerb.Load => LoadOperation.Load(context, request.Changer, what[0], request.Drive, request.DriveDevice, cancellation),
            ChangerVerb.Unload => LoadOperation.Unload(context, request.Changer, request.To, request.Drive, request.DriveDevice, cancellation),
            ChangerVerb.Transfer => TransferOperation.Transfer(context, request.Changer, what[0], what[1], request.DriveDevice, cancellation),
            ChangerVerb.Exchange => TransferOperation.Exchange(
                context, request.Changer, what[0], what[1], what.Count > 2 ? what[2] : null, request.DriveDevice, cancellation),
            ChangerVerb.Import => TransferOperation.Import(context, request.Changer, what, request.To, cancellation),
            ChangerVerb.Export => TransferOperation.Export(context, request.Changer, what, request.To, request.DriveDevice, cancellation),
            _ => CleanOperation.Clean(context, request.Changer, request.Drive, what.Count > 0 ? what[0] : null, request.DriveDevice, cancellation),
        };
    }
}
