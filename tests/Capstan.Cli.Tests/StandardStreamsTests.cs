using System.Diagnostics;

namespace Capstan.Cli.Tests;

/// <summary>The built program, started with closed streams as a daemon may be.</summary>
public class StandardStreamsTests
{
    /// <summary>The runtime has /dev/urandom there by then (the native one), or a file of its own: a tape would be filled with it.</summary>
    [Fact]
    public void A_closed_input_is_no_input() =>
        Run("drive write --quiet <&-").ShouldBe((1, "capstan: Cannot read the input: Bad file descriptor.\n"));

    [Theory]
    [InlineData("--version >&-")]
    [InlineData("completion bash >&-")]
    [InlineData("doctor --output-format json <&- >&-")]
    [InlineData("completion bash <&- >&- 2>&-")]
    public void A_closed_output_is_an_error(string arguments) => Run(arguments).Status.ShouldBe(1);

    [Fact]
    public void Closed_errors_are_none() => Run("library list 2>&-").Status.ShouldBe(0);

    private static (int Status, string Error) Run(string arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "capstan.dll");
        var start = new ProcessStartInfo("sh", ["-c", $"exec dotnet '{program}' {arguments}"]) { RedirectStandardError = true };
        start.Environment["CAPSTAN_HOME"] = Path.Combine(Path.GetTempPath(), $"capstan-streams-{Guid.NewGuid():N}");
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
