using Capstan.Backup.Framing;
using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Changer;
using Capstan.Drive;

namespace Capstan.Operations;

/// <summary>The one place where the layers' exceptions become an exit status.</summary>
internal static class Failures
{
    /// <exception cref="OperationException">Every understood failure.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (Translate(e) is not null)
        {
            throw Translate(e)!;
        }
    }

    /// <summary>The exit status of a failure that gets other words.</summary>
    public static ExitStatus StatusOf(Exception e) => Translate(e)?.Status ?? ExitStatus.Failed;

    private static ExitStatus StatusOf(EncryptionFault fault) => fault switch
    {
        EncryptionFault.Unsupported or EncryptionFault.Refused or EncryptionFault.KeyLost => ExitStatus.Device,
        _ => ExitStatus.Tape,
    };

    private static ExitStatus StatusOf(ChangerFault fault) => fault switch
    {
        // The tape that was meant is not there, or does not go there.
        ChangerFault.SourceEmpty or ChangerFault.Incompatible => ExitStatus.Tape,
        ChangerFault.DestinationFull or ChangerFault.Failed => ExitStatus.Failed,
        _ => ExitStatus.Device,
    };

    private static OperationException? Translate(Exception e) => e switch
    {
        MediaException media => new OperationException(media.Problem switch
        {
            MediaProblem.Full => ExitStatus.TapeFull,
            MediaProblem.CatalogMismatch => ExitStatus.Catalog,
            _ => ExitStatus.Tape,
        }, e.Message, e),
        TapeEncryptionException encryption => new OperationException(StatusOf(encryption.Fault), e.Message, e),
        TapeWriteException { InnerException: TapeEncryptionException } => new OperationException(ExitStatus.Device, e.Message, e),
        TapeDeviceException => new OperationException(ExitStatus.Device, e.Message, e),
        TapeMediumException { Fault: MediumFault.Damaged } => new OperationException(ExitStatus.Damaged, e.Message, e),
        TapeMediumException => new OperationException(ExitStatus.Tape, e.Message, e),
        TapeReadException => new OperationException(ExitStatus.Damaged, e.Message, e),
        TapeFormatException => new OperationException(ExitStatus.Damaged, e.Message, e),
        TapeWriteException { IsMoved: true } or TapeWriteException { InnerException: TapeDeviceException } => new OperationException(ExitStatus.Device, e.Message, e),
        TapeWriteException { InnerException: TapeMediumException { Fault: MediumFault.Damaged } } => new OperationException(ExitStatus.Damaged, e.Message, e),
        TapeWriteException { InnerException: TapeMediumException } => new OperationException(ExitStatus.Tape, e.Message, e),
        TapeException => new OperationException(ExitStatus.Failed, e.Message, e),
        ChangerException changer => new OperationException(StatusOf(changer.Fault), e.Message, e),
        Transport.ScsiTransportException => new OperationException(ExitStatus.Device, e.Message, e),
        CatalogException => new OperationException(ExitStatus.Catalog, e.Message, e),
        UnauthorizedAccessException => new OperationException(ExitStatus.Failed, e.Message, e),
        IOException => new OperationException(ExitStatus.Failed, e.Message, e),
        _ => null,
    };
}
