using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Capstan.Tests;

/// <summary>
/// A tgtd of a test's own, with a directory for its images. Several checkouts may run this on one machine: the portal's port and
/// the control port come from the kernel. Compiled into each project that wants a foreign target.
/// </summary>
internal sealed class TgtDaemon : IDisposable
{
    private readonly string _control;
    private Process? _process;

    public TgtDaemon()
    {
        Port = FreePort();
        _control = (20000 + Port % 10000).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Missing =>
        Environment.UserName != "root" ? "tgtd needs root"
        : Find("tgtd") is null || Find("tgtadm") is null || Find("tgtimg") is null ? "tgtd is not installed (package tgt)"
        : null;

    /// <summary>Goes when this is disposed of.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("capstan-tgt").FullName;

    public int Port { get; }

    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is not null;

    /// <summary>Returns when it answers; it has no target yet.</summary>
    public void Start()
    {
        // -f: it stays our child. tgtd keeps its control socket under /var/run, named after the control port.
        _process = Begin("tgtd", "-f", "-C", _control, "--iscsi", string.Create(CultureInfo.InvariantCulture, $"portal=127.0.0.1:{Port}"));
        for (int attempt = 0; !TryAdmin("--mode", "system", "--op", "show"); attempt++)
        {
            if (attempt == 100)
                throw new InvalidOperationException("tgtd does not come up");
            Thread.Sleep(50);
        }
    }

    /// <summary>As if the machine lost power.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Makes the image of a cartridge, and returns its path.</summary>
    public string MakeCartridge(string barcode, string fileName, int megabytes)
    {
        string image = Path.Combine(Folder, fileName);
        Tool("tgtimg", "--op", "new", "--device-type", "tape", "--barcode", barcode, "--size", megabytes.ToString(CultureInfo.InvariantCulture), "--type", "data", "--file", image);
        return image;
    }

    /// <summary>Makes a target that lets everybody in, with a tape drive as LUN 1.</summary>
    public void MakeTapeTarget(string id, string name, string image)
    {
        Admin("--mode", "target", "--op", "new", "--tid", id, "-T", name);
        Admin("--mode", "logicalunit", "--op", "new", "--tid", id, "--lun", "1", "-b", image, "--device-type", "tape", "--bstype", "ssc");
        Admin("--mode", "target", "--op", "bind", "--tid", id, "-I", "ALL");
    }

    public void Admin(params string[] arguments)
    {
        if (!TryAdmin(arguments))
            throw new InvalidOperationException("tgtadm failed: " + string.Join(' ', arguments));
    }

    /// <summary>Runs a program to its end.</summary>
    public static void Tool(string name, params string[] arguments)
    {
        int status = Run(name, arguments);
        if (status != 0)
            throw new InvalidOperationException($"{name} ended with status {status}: {string.Join(' ', arguments)}");
    }

    public void Dispose()
    {
        if (IsRunning)
            Kill();
        foreach (string name in (ReadOnlySpan<string>)["tgtd/socket." + _control, $"tgtd/socket.{_control}.lock", "tgtd.ipc_abstract_namespace." + _control])
            File.Delete("/var/run/" + name);
        Directory.Delete(Folder, recursive: true);
    }

    private bool TryAdmin(params string[] arguments) => Run("tgtadm", ["-C", _control, "--lld", "iscsi", .. arguments]) == 0;

    private static int Run(string name, string[] arguments)
    {
        using Process process = Begin(name, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }

    private static Process Begin(string name, params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(Find(name)!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        // Read and forgotten: a full pipe would stop it.
        process.ErrorDataReceived += static (_, _) => { };
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
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
