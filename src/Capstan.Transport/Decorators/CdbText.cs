using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>Describers for <see cref="TracingTransport"/>, for callers that know nothing of SCSI.</summary>
public static class CdbText
{
    /// <summary>The words of the command table; the code in hexadecimal for what it does not know.</summary>
    public static CdbDescriber Describe { get; } = CommandTable.Describe;
}
