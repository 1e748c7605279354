using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Capstan.Transport.Iscsi;

namespace Capstan.Conformance.Iscsi;

/// <summary>A tgtd of its own with two targets: a tape drive, and a changer with a drive, slots and cartridges.</summary>
internal sealed class TgtLibrary : IDisposable
{
    private const string TapeName = "iqn.2026-11.test.capstan:conformance-tape";
    private const string ChangerName = "iqn.2026-11.test.capstan:conformance-changer";
    private const int TapeMegabytes = 100;

    private readonly string _directory = Directory.CreateTempSubdirectory("capstan-conformance-tgt").FullName;
    private readonly string _control;
    private readonly int _port = FreePort();
    private readonly Process _daemon;

    internal TgtLibrary()
    {
        // Several checkouts may run this on one machine: both numbers come from the kernel.
        _control = (20000 + _port % 10000).ToString(CultureInfo.InvariantCulture);
        _daemon = Start("tgtd", "-f", "-C", _control, "--iscsi", $"portal=127.0.0.1:{_port}");
        try
        {
            WaitForDaemon();
            MakeTape();
            MakeChanger();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Why there can be none here; null when there can.</summary>
    internal static string? Missing =>
        Environment.UserName != "root" ? "tgtd needs root"
        : Find("tgtd") is null || Find("tgtadm") is null || Find("tgtimg") is null ? "tgtd is not installed (package tgt)"
        : null;

    internal IscsiAddress Tape => new(new IscsiPortal("127.0.0.1", _port), TapeName, 1);

    internal IscsiAddress Changer => new(new IscsiPortal("127.0.0.1", _port), ChangerName, 2);

    public void Dispose()
    {
        _daemon.Kill();
        _daemon.WaitForExit();
        _daemon.Dispose();
        File.Delete($"/var/run/tgtd/socket.{_control}");
        File.Delete($"/var/run/tgtd/socket.{_control}.lock");
        File.Delete($"/var/run/tgtd.ipc_abstract_namespace.{_control}");
        Directory.Delete(_directory, recursive: true);
    }

    private void WaitForDaemon()
    {
        for (int attempt = 0; Run("tgtadm", ["-C", _control, "--mode", "system", "--op", "show"]) != 0; attempt++)
        {
            if (attempt == 100)
                throw new InvalidOperationException("tgtd does not come up");
            Thread.Sleep(50);
        }
    }

    private void MakeTape()
    {
        string image = MakeCartridge("A00001L4");
        Admin("--mode", "target", "--op", "new", "--tid", "1", "-T", TapeName);
        Admin("--mode", "logicalunit", "--op", "new", "--tid", "1", "--lun", "1", "-b", image, "--device-type", "tape", "--bstype", "ssc");
        Admin("--mode", "target", "--op", "bind", "--tid", "1", "-I", "ALL");
    }

    private void MakeChanger()
    {
        string configuration = Path.Combine(_directory, "smc");
        File.WriteAllBytes(configuration, new byte[1024]);
        Admin("--mode", "target", "--op", "new", "--tid", "2", "-T", ChangerName);
        Admin("--mode", "logicalunit", "--op", "new", "--tid", "2", "--lun", "1", "-b", MakeCartridge("DRIVE0L4"), "--device-type", "tape", "--bstype", "ssc");
        Admin("--mode", "logicalunit", "--op", "new", "--tid", "2", "--lun", "2", "-b", configuration, "--device-type", "changer");
        Element($"media_home={_directory}");
        Element("element_type=1,start_address=1,quantity=1");
        Element("element_type=2,start_address=1024,quantity=8");
        Element("element_type=3,start_address=800,quantity=2");
        Element("element_type=4,start_address=500,quantity=1");
        Element("element_type=4,address=500,tid=2,lun=1");
        foreach ((int slot, string barcode) in new[] { (1024, "B00001L4"), (1025, "B00002L4"), (1026, "B00003L4") })
        {
            MakeCartridge(barcode);
            Element(string.Create(CultureInfo.InvariantCulture, $"element_type=2,address={slot},barcode={barcode},sides=1"));
        }
        Admin("--mode", "target", "--op", "bind", "--tid", "2", "-I", "ALL");
    }

    private void Element(string parameters) => Admin("--mode", "logicalunit", "--op", "update", "--tid", "2", "--lun", "2", "--params", parameters);

    private string MakeCartridge(string barcode)
    {
        string image = Path.Combine(_directory, barcode);
        string[] arguments =
        [
            "--op", "new", "--device-type", "tape", "--barcode", barcode, "--size", TapeMegabytes.ToString(CultureInfo.InvariantCulture),
            "--type", "data", "--file", image,
        ];
        if (Run("tgtimg", arguments) != 0)
            throw new InvalidOperationException("tgtimg failed: " + string.Join(' ', arguments));
        return image;
    }

    private void Admin(params string[] arguments)
    {
        if (Run("tgtadm", ["-C", _control, "--lld", "iscsi", .. arguments]) != 0)
            throw new InvalidOperationException("tgtadm failed: " + string.Join(' ', arguments));
    }

    private static int Run(string name, string[] arguments)
    {
        using Process process = Start(name, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }

    private static Process Start(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(name)!) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
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
