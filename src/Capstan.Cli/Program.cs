using Capstan.Cli.Interop.libc;

namespace Capstan.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        // Scripts ask for the version often: it is answered before the command line, the console or a formatter is touched.
        if (args is ["--version"])
            return FileDescriptorStream.TryWrite(Libc.StandardOutput, ProgramVersion.Line) ? 0 : 1;

        return Composition.Run(args);
    }
}
