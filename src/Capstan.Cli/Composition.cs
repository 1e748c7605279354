namespace Capstan.Cli;

/// <summary>Puts the program together. The only file that names concrete transports and the emulation.</summary>
internal static class Composition
{
    public static int Run(string[] args) => 1;
}
