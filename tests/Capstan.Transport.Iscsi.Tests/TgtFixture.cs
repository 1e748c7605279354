using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>
/// A tgtd of our own: a portal, a control port and images nobody else uses. One target with a tape (LUN 1), a disk (LUN 2)
/// and an empty changer-less LUN 0 that tgt makes itself; a second target that wants CHAP both ways.
/// </summary>
public sealed class Tgt : IDisposable
{
    public const string Target = "iqn.2026-11.test.capstan:tape";
    public const string Guarded = "iqn.2026-11.test.capstan:guarded";
    public const string User = "anna";
    public const string Secret = "twelve-bytes-or-more";
    public const string TargetUser = "the-target";
    public const string TargetSecret = "another-twelve-bytes";

    // One test class after another, but several checkouts of this repository on one machine: the numbers come from the kernel.
    private readonly string _directory = Directory.CreateTempSubdirectory("capstan-tgt").FullName;
    private readonly string _control;
    private readonly int _tapeMegabytes;
    private Process? _daemon;

    public Tgt(int tapeMegabytes = 64, int? nopIntervalSeconds = null)
    {
        _tapeMegabytes = tapeMegabytes;
        NopIntervalSeconds = nopIntervalSeconds;
        Port = FreePort();
        _control = (20000 + Port % 10000).ToString(CultureInfo.InvariantCulture);
        foreach ((string barcode, string file) in new[] { ("A00001L4", "tape1"), ("A00002L4", "tape2") })
            Tool("tgtimg", "--op", "new", "--device-type", "tape", "--barcode", barcode, "--size", tapeMegabytes.ToString(CultureInfo.InvariantCulture), "--type", "data", "--file", Image(file));
        using (FileStream disk = File.Create(Image("disk")))
            disk.SetLength(1 << 20);
        Start();
    }

    public int Port { get; }

    public int? NopIntervalSeconds { get; }

    public IscsiPortal Portal => new("127.0.0.1", Port);

    public IscsiAddress Tape => new(Portal, Target, 1);

    public IscsiAddress Disk => new(Portal, Target, 2);

    public IscsiAddress GuardedTape => new(Portal, Guarded, 1);

    public int DaemonId => _daemon!.Id;

    /// <summary>Why there is no tgt here; null when there is.</summary>
    public static string? Missing =>
        Environment.UserName != "root" ? "tgtd needs root"
        : Find("tgtd") is null || Find("tgtadm") is null || Find("tgtimg") is null ? "tgtd is not installed (package tgt)"
        : !HasLibrary ? "libiscsi is not installed (package libiscsi7)"
        : null;

    private static bool HasLibrary
    {
        get
        {
            try
            {
                LibiscsiLibrary.Require();
                return true;
            }
            catch (ScsiTransportException)
            {
                return false;
            }
        }
    }

    public static void Require() => Assert.SkipWhen(Missing is not null, Missing ?? "");

    public string Image(string name) => Path.Combine(_directory, name);

    public void Start()
    {
        // -f: it stays our child. tgtd keeps its control socket under /var/run, named after the control port.
        var start = new ProcessStartInfo(Find("tgtd")!) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (ReadOnlySpan<string>)["-f", "-C", _control, "--iscsi", $"portal=127.0.0.1:{Port}"])
            start.ArgumentList.Add(argument);
        _daemon = Process.Start(start)!;
        _daemon.ErrorDataReceived += static (_, _) => { };
        _daemon.OutputDataReceived += static (_, _) => { };
        _daemon.BeginErrorReadLine();
        _daemon.BeginOutputReadLine();
        for (int attempt = 0; !TryAdmin("--mode", "system", "--op", "show"); attempt++)
        {
            if (attempt == 100)
                throw new InvalidOperationException("tgtd does not come up");
            Thread.Sleep(50);
        }

        MakeTarget("1", Target);
        Admin("--mode", "logicalunit", "--op", "new", "--tid", "1", "--lun", "2", "-b", Image("disk"));
        MakeTarget("2", Guarded, "tape2");
        Admin("--mode", "account", "--op", "new", "--user", User, "--password", Secret);
        Admin("--mode", "account", "--op", "new", "--user", TargetUser, "--password", TargetSecret);
        Admin("--mode", "account", "--op", "bind", "--tid", "2", "--user", User);
        Admin("--mode", "account", "--op", "bind", "--tid", "2", "--user", TargetUser, "--outgoing");
    }

    /// <summary>As if the machine lost power.</summary>
    public void Kill()
    {
        _daemon!.Kill();
        _daemon.WaitForExit();
        _daemon.Dispose();
        _daemon = null;
    }

    public void Pause() => Signal("-STOP");

    public void Continue() => Signal("-CONT");

    public void Admin(params string[] arguments)
    {
        if (!TryAdmin(arguments))
            throw new InvalidOperationException("tgtadm failed: " + string.Join(' ', arguments));
    }

    public void Dispose()
    {
        if (_daemon is not null)
            Kill();
        foreach (string name in (ReadOnlySpan<string>)["socket.", "socket.", "tgtd.ipc_abstract_namespace."])
            File.Delete("/var/run/tgtd/" + name + _control);
        File.Delete($"/var/run/tgtd/socket.{_control}.lock");
        Directory.Delete(_directory, recursive: true);
    }

    private void MakeTarget(string id, string name, string tape = "tape1")
    {
        Admin("--mode", "target", "--op", "new", "--tid", id, "-T", name);
        if (NopIntervalSeconds is { } interval)
        {
            Admin("--mode", "target", "--op", "update", "--tid", id, "--name", "nop_interval", "--value", interval.ToString(CultureInfo.InvariantCulture));
            Admin("--mode", "target", "--op", "update", "--tid", id, "--name", "nop_count", "--value", "1");
        }

        Admin("--mode", "logicalunit", "--op", "new", "--tid", id, "--lun", "1", "-b", Image(tape), "--device-type", "tape", "--bstype", "ssc");
        Admin("--mode", "target", "--op", "bind", "--tid", id, "-I", "ALL");
    }

    private void Signal(string signal) => Tool("kill", signal, DaemonId.ToString(CultureInfo.InvariantCulture));

    private bool TryAdmin(params string[] arguments) => RunTool("tgtadm", ["-C", _control, "--lld", "iscsi", .. arguments]) == 0;

    private static void Tool(string name, params string[] arguments)
    {
        int status = RunTool(name, arguments);
        if (status != 0)
            throw new InvalidOperationException($"{name} ended with status {status}: {string.Join(' ', arguments)}");
    }

    private static int RunTool(string name, string[] arguments)
    {
        var start = new ProcessStartInfo(Find(name)!) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static string? Find(string name) =>
        new[] { "/usr/sbin", "/usr/bin", "/sbin", "/bin" }.Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
