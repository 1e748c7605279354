using System.Diagnostics;
using Capstan.Tests;

namespace Capstan.Cli.Tests;

/// <summary>Two programs and one drive of somebody else, which would let both in.</summary>
public sealed class TwoProcessesTests : IDisposable
{
    private const string Target = "iqn.2026-11.test:lock";

    private readonly TestDirectory _directory = new();
    private readonly TgtDaemon? _daemon = TgtDaemon.Missing is null ? new TgtDaemon() : null;

    public void Dispose()
    {
        _daemon?.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_drive_is_one_process_until_that_ends_or_is_killed()
    {
        TgtDaemon daemon = Start();
        string device = $"iscsi://127.0.0.1:{daemon.Port}/{Target}/1";
        using Process first = Begin("drive", "write", "--device", device);
        WaitForLock(first);

        (int status, string error) = Run("drive", "position", "--device", device);
        status.ShouldBe(6);
        error.ShouldContain($"Drive {device} is in use by process {first.Id} (capstan drive write --device {device}) since 20");

        first.Kill();
        first.WaitForExit();
        Run("drive", "position", "--device", device).Status.ShouldBe(0);
    }

    [Fact]
    public void Two_names_of_one_drive_are_one_drive()
    {
        TgtDaemon daemon = Start();
        using Process first = Begin("drive", "write", "--device", $"iscsi://127.0.0.1:{daemon.Port}/{Target}/1");
        WaitForLock(first);
        (int status, string error) = Run("drive", "position", "--device", $"iscsi://localhost:{daemon.Port}/{Target}/1");
        first.Kill();
        first.WaitForExit();
        status.ShouldBe(6);
        error.ShouldContain($"is in use by process {first.Id}");
    }

    [Fact]
    public void A_configured_drive_is_the_one_with_its_serial_number()
    {
        TgtDaemon daemon = Start();
        string device = $"iscsi://127.0.0.1:{daemon.Port}/{Target}/1";
        Run("config", "drive", "create", "far", "--device", device).Status.ShouldBe(0);
        File.ReadAllText(_directory.File("capstan.toml")).ShouldContain("serial = \"LOCK4711\"");
        Run("drive", "position", "--device", "far").Status.ShouldBe(0);
        Run("config", "drive", "update", "far", "--serial", "OTHER").Status.ShouldBe(0);
        (int status, string error) = Run("drive", "position", "--device", "far");
        status.ShouldBe(6);
        error.ShouldContain($"{device} has serial LOCK4711, but drive far has OTHER in the configuration");
    }

    private TgtDaemon Start()
    {
        if (_daemon is not { } daemon)
        {
            Assert.Skip(TgtDaemon.Missing!);
            throw new InvalidOperationException();
        }

        daemon.Start();
        daemon.MakeTapeTarget("1", Target, daemon.MakeCartridge("LOCK01L9", "tape", 10));
        daemon.Admin("--mode", "logicalunit", "--op", "update", "--tid", "1", "--lun", "1", "--params", "scsi_sn=LOCK4711");
        return daemon;
    }

    /// <summary>It waits for its standard input, and has the drive until then.</summary>
    private void WaitForLock(Process process)
    {
        var watch = Stopwatch.StartNew();
        while (!Directory.Exists(_directory.File("locks")) || !Directory.GetFiles(_directory.File("locks"), "*LOCK4711*").Any(file => new FileInfo(file).Length > 0))
        {
            process.HasExited.ShouldBeFalse();
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2));
            Thread.Sleep(50);
        }
    }

    private (int Status, string Error) Run(params string[] arguments)
    {
        using Process process = Begin(arguments);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        _ = output.Result;
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    private Process Begin(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "capstan.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["CAPSTAN_HOME"] = _directory.Path;
        start.Environment["CAPSTAN_LOCKS"] = _directory.File("locks");
        start.Environment.Remove("CAPSTAN_CONFIG");
        start.Environment.Remove("CAPSTAN_DRIVE");
        return Process.Start(start)!;
    }
}
