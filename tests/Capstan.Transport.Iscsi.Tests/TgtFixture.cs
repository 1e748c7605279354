using System.Globalization;
using Capstan.Tests;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>
/// A tgtd of our own: a portal, a control port and images nobody else uses. One target with a tape (LUN 1), a disk (LUN 2),
/// a changer (LUN 300, which does not fit one byte) and the LUN 0 that tgt makes itself; a second target that wants CHAP both ways.
/// </summary>
public sealed class Tgt : IDisposable
{
    public const string Target = "iqn.2026-11.test.capstan:tape";
    public const string Guarded = "iqn.2026-11.test.capstan:guarded";
    public const string User = "anna";
    public const string Secret = "twelve-bytes-or-more";
    public const string TargetUser = "the-target";
    public const string TargetSecret = "another-twelve-bytes";

    private readonly TgtDaemon _daemon = new();
    private readonly Lock _gate = new();

    public Tgt(int tapeMegabytes = 64, int? nopIntervalSeconds = null)
    {
        NopIntervalSeconds = nopIntervalSeconds;
        _daemon.MakeCartridge("A00001L4", "tape1", tapeMegabytes);
        _daemon.MakeCartridge("A00002L4", "tape2", tapeMegabytes);
        using (FileStream disk = File.Create(Image("disk")))
            disk.SetLength(1 << 20);
        File.Copy(Image("disk"), Image("changer"));
        Start();
    }

    public int Port => _daemon.Port;

    public int? NopIntervalSeconds { get; }

    public IscsiPortal Portal => new("127.0.0.1", Port);

    public IscsiAddress Tape => new(Portal, Target, 1);

    public IscsiAddress Disk => new(Portal, Target, 2);

    public IscsiAddress GuardedTape => new(Portal, Guarded, 1);

    public int DaemonId => _daemon.ProcessId;

    /// <summary>Why there is no tgt here; null when there is.</summary>
    public static string? Missing => TgtDaemon.Missing ?? IscsiLibrary.Look().Problem;

    public static void Require() => Assert.SkipWhen(Missing is not null, Missing ?? "");

    public string Image(string name) => Path.Combine(_daemon.Folder, name);

    public void Start()
    {
        lock (_gate)
            StartLocked();
    }

    private void StartLocked()
    {
        _daemon.Start();
        MakeTarget("1", Target, "tape1");
        Admin("--mode", "logicalunit", "--op", "new", "--tid", "1", "--lun", "2", "-b", Image("disk"));
        Admin("--mode", "logicalunit", "--op", "new", "--tid", "1", "--lun", "300", "-b", Image("changer"), "--device-type", "changer");
        MakeTarget("2", Guarded, "tape2");
        Admin("--mode", "account", "--op", "new", "--user", User, "--password", Secret);
        Admin("--mode", "account", "--op", "new", "--user", TargetUser, "--password", TargetSecret);
        Admin("--mode", "account", "--op", "bind", "--tid", "2", "--user", User);
        Admin("--mode", "account", "--op", "bind", "--tid", "2", "--user", TargetUser, "--outgoing");
    }

    /// <summary>As if the machine lost power.</summary>
    public void Kill()
    {
        // A test may kill from a timer, and start again as soon as it notices.
        lock (_gate)
            _daemon.Kill();
    }

    public void Pause() => Signal("-STOP");

    public void Continue() => Signal("-CONT");

    public void Admin(params string[] arguments) => _daemon.Admin(arguments);

    public void Dispose() => _daemon.Dispose();

    private void MakeTarget(string id, string name, string tape)
    {
        _daemon.MakeTapeTarget(id, name, Image(tape));
        if (NopIntervalSeconds is not { } interval)
            return;
        Admin("--mode", "target", "--op", "update", "--tid", id, "--name", "nop_interval", "--value", interval.ToString(CultureInfo.InvariantCulture));
        Admin("--mode", "target", "--op", "update", "--tid", id, "--name", "nop_count", "--value", "1");
    }

    private void Signal(string signal) => TgtDaemon.Tool("kill", signal, DaemonId.ToString(CultureInfo.InvariantCulture));
}
