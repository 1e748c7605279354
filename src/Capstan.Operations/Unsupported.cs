using Capstan.Drive;

namespace Capstan.Operations;

/// <summary>What a drive lacks is told as that, with the one status that means the drive.</summary>
internal static class Unsupported
{
    /// <summary>Runs it; a drive that refuses the command or one of its fields cannot do it.</summary>
    /// <param name="what">Behind "this drive cannot".</param>
    /// <exception cref="OperationException">The drive cannot.</exception>
    public static void Guard(TapeDrive drive, string what, Action action)
    {
        try
        {
            action();
        }
        catch (TapeCommandException e) when (e.IsUnsupported)
        {
            throw new OperationException(ExitStatus.Device,
                $"{drive.Name}: this drive ({drive.Identity.Vendor} {drive.Identity.Product}) cannot {what}. It said: {e.SenseText}.", e);
        }
    }
}
