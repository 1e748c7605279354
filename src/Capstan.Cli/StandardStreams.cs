using Capstan.Cli.Interop.libc;

namespace Capstan.Cli;

/// <summary>Who starts a program may leave its standard streams closed: <c>capstan ... &gt;&amp;-</c>, some daemons and schedulers.</summary>
internal static class StandardStreams
{
    /// <summary>No descriptor has this number: reading and writing fail as on a closed stream.</summary>
    private const int None = -1;

    /// <summary>The descriptor of standard input.</summary>
    public static int Input { get; private set; } = Libc.StandardInput;

    public static int Output { get; private set; } = Libc.StandardOutput;

    public static int Error { get; private set; } = Libc.StandardError;

    /// <summary>
    /// Fills the gaps, before anything else is opened: the next file would get the number of a closed stream, and what is meant for the
    /// stream would go into it (into the runtime's pipe for signals, where letters are signals), or its bytes would be taken for input.
    /// </summary>
    public static void Occupy()
    {
        // In this order: open takes the lowest number that is free.
        Input = Inherited(Libc.StandardInput);
        Output = Inherited(Libc.StandardOutput);
        Error = Inherited(Libc.StandardError);
    }

    /// <summary>
    /// The runtime opens files before the program begins (/dev/urandom is the first), so a closed stream may be one of its own by now.
    /// That shows: what it opens is closed at an exec, and nothing that was inherited is.
    /// </summary>
    private static int Inherited(int fileDescriptor)
    {
        int flags = Libc.Control(fileDescriptor, Libc.GetDescriptorFlags, 0);
        if (flags < 0)
            _ = Libc.Open("/dev/null", Libc.ReadOnly, 0);
        return flags >= 0 && (flags & Libc.CloseOnExec) == 0 ? fileDescriptor : None;
    }
}
