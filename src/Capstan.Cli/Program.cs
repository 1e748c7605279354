namespace Capstan.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        StandardStreams.Occupy();
        // Scripts ask for the version often: it is answered before the command line, the console or a formatter is touched.
        if (ProgramName.Foreign() is { } verb)
            args = [verb, .. args];
        else if (args is ["--version"])
            return FileDescriptorStream.TryWrite(StandardStreams.Output, ProgramVersion.Line) ? 0 : 1;

        return Composition.Run(args);
    }
}
