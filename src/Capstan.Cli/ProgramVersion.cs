namespace Capstan.Cli;

/// <summary>The version as the command line prints it. A constant, because reading the assembly's attribute costs start-up time.</summary>
internal static class ProgramVersion
{
    public const string Text = "0.1.0";

    public static ReadOnlySpan<byte> Line => "capstan 0.1.0\n"u8;
}
