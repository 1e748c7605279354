using System.Text;

namespace Capstan.SgHelper;

internal static class Program
{
    private static int Main(string[] args)
    {
        (HelperExit exit, string? complaint) = DriveHelper.Run(args, DriveHelper.StandardInput, DriveHelper.StandardOutput);
        if (complaint is not null)
            _ = Interop.Libc.TryWrite(DriveHelper.StandardError, Encoding.UTF8.GetBytes(complaint + "\n"));
        return (int)exit;
    }
}
