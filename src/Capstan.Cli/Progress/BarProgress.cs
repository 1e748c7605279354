using Spectre.Console;
using Spectre.Console.Rendering;

namespace Capstan.Cli;

/// <summary>A bar with bytes, rate and time left, on a terminal. It goes away when the operation ends.</summary>
/// <param name="delay">A run that is shorter shows no bar at all.</param>
internal sealed class BarProgress(OutputChannel channel, ProgressState state, TimeSpan delay) : ProgressDisplay
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private bool _live;

    public override void WriteLine(string text)
    {
        lock (_gate)
        {
            if (_live)
                channel.Styled.Write(new Text(text + "\n"));
            else
                channel.Writer.WriteLine(text);
        }
    }

    protected override void Run()
    {
        state.Sample();
        if (Wait(delay))
            return;
        SetLive(true);
        try
        {
            channel.Styled.Progress()
                .AutoRefresh(false)
                .AutoClear(true)
                .Columns(
                    new StateColumn(() => state.Phase),
                    new ProgressBarColumn { Width = 24 },
                    new StateColumn(() => state.Fraction is { } fraction ? $"{fraction * 100:0}%" : ""),
                    new StateColumn(() => state.Amount),
                    new StateColumn(() => state.Rate),
                    new StateColumn(() => state.TimeLeft))
                .Start(Draw);
        }
        finally
        {
            SetLive(false);
        }
    }

    private void Draw(ProgressContext context)
    {
        ProgressTask task = context.AddTask("all", autoStart: true, maxValue: 1);
        do
        {
            state.Sample();
            task.IsIndeterminate = state.Fraction is null;
            // A finished task is taken for the end of everything; the operation's end is the end.
            task.Value = Math.Min(state.Fraction ?? 0, 0.9999);
            context.Refresh();
        }
        while (!Wait(Refresh));
    }

    private void SetLive(bool live)
    {
        lock (_gate)
            _live = live;
    }

    private sealed class StateColumn(Func<string> text) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(text());
    }
}
