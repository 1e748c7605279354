using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>Describers for <see cref="TracingTransport"/>, for callers that know nothing of SCSI.</summary>
public static class CdbText
{
    /// <summary>The words of the command table of tape drives; the code in hexadecimal for what it does not know.</summary>
    public static CdbDescriber Describe { get; } = CommandTable.TapeDrive.Describe;

    /// <summary>The same for media changers.</summary>
    public static CdbDescriber DescribeChanger { get; } = CommandTable.MediumChanger.Describe;
}
