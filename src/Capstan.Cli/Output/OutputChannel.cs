using Spectre.Console;

namespace Capstan.Cli;

/// <summary>Standard output or standard error, as verbs see them.</summary>
/// <param name="Writer">Text goes here.</param>
/// <param name="IsTerminal">A person watches, on something that can move its cursor.</param>
/// <param name="WidthColumns">Of the terminal; ignored elsewhere.</param>
internal sealed record OutputChannel(TextWriter Writer, bool IsTerminal, int WidthColumns = 80)
{
    private IAnsiConsole? _styled;

    /// <summary>For bars and tables. Made at first use: loading it costs more than all of `capstan list`.</summary>
    public IAnsiConsole Styled => _styled ??= AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new ChannelOutput(this),
        Ansi = IsTerminal ? AnsiSupport.Yes : AnsiSupport.No,
        Interactive = InteractionSupport.No,
    });

    private sealed class ChannelOutput(OutputChannel channel) : IAnsiConsoleOutput
    {
        public TextWriter Writer => channel.Writer;

        public bool IsTerminal => channel.IsTerminal;

        public int Width => channel.WidthColumns;

        public int Height => 24;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
