using Spectre.Console;

namespace Capstan.Cli;

/// <summary>Standard output or standard error, as verbs see them.</summary>
/// <param name="writer">Text goes here.</param>
/// <param name="isTerminal">A person watches, on something that can move its cursor.</param>
/// <param name="widthColumns">Of the terminal; ignored elsewhere.</param>
internal sealed class OutputChannel(TextWriter writer, bool isTerminal, int widthColumns = 80)
{
    private readonly Lock _gate = new();
    private IAnsiConsole? _styled;

    public TextWriter Writer => writer;

    public bool IsTerminal => isTerminal;

    public int WidthColumns => widthColumns;

    /// <summary>For bars and tables. Made at first use: loading it costs more than all of `capstan list`.</summary>
    public IAnsiConsole Styled
    {
        get
        {
            // Two consoles would not know of each other's bar.
            lock (_gate)
            {
                return _styled ??= AnsiConsole.Create(new AnsiConsoleSettings
                {
                    Out = new ChannelOutput(this),
                    Ansi = IsTerminal ? AnsiSupport.Yes : AnsiSupport.No,
                    Interactive = IsTerminal ? InteractionSupport.Yes : InteractionSupport.No,
                });
            }
        }
    }

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
