using System.Diagnostics;
using System.Text;
using CsCheck;

namespace Capstan.Transport.Tests;

public sealed class DeviceLockTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("capstan-lock-").FullName;

    private string LockPath => Path.Combine(_directory, "drive-x.lock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_second_one_is_refused_with_the_holder_and_may_come_later()
    {
        using (DeviceLock first = Take())
        {
            var refused = Should.Throw<ScsiTransportException>(Take);
            refused.Fault.ShouldBe(TransportFault.Busy);
            refused.Message.ShouldStartWith($"Drive x is in use by process {Environment.ProcessId} (");
            DeviceLock.Holder(LockPath)!.ProcessId.ShouldBe(Environment.ProcessId);
        }

        DeviceLock.Holder(LockPath).ShouldBeNull();
        Take().Dispose();
    }

    /// <summary>util-linux' flock is the other process; it writes no name, and dies without a word.</summary>
    [Fact]
    public void Another_process_keeps_it_until_it_is_killed()
    {
        using Process holder = Process.Start(new ProcessStartInfo("flock", [LockPath, "-c", "echo locked; read x"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        holder.StandardOutput.ReadLine().ShouldBe("locked");
        Should.Throw<ScsiTransportException>(Take).Message.ShouldBe("Drive x is in use by another process.");
        holder.Kill(entireProcessTree: true);
        holder.WaitForExit();
        using DeviceLock held = DeviceLock.TakeFile(LockPath, "Drive x", TimeProvider.System, TimeSpan.FromMinutes(1));
    }

    /// <summary>A process that is just being started holds copies of all descriptors until it executes its program.</summary>
    [Fact]
    public void A_descriptor_that_a_child_has_inherited_keeps_nobody_out()
    {
        DeviceLock first = Take();
        string held = Directory.GetFiles("/proc/self/fd").First(fd => File.ResolveLinkTarget(fd, false)?.FullName == LockPath);
        int copy = Dup(int.Parse(Path.GetFileName(held), System.Globalization.CultureInfo.InvariantCulture));
        copy.ShouldBeGreaterThanOrEqualTo(0);
        try
        {
            first.Dispose();
            Take().Dispose();
        }
        finally
        {
            _ = Close(copy);
        }
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "dup")]
    private static extern int Dup(int fd);

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int fd);

    [Fact]
    public void Who_waits_gets_it_and_is_told_for_whom()
    {
        string? told = null;
        DeviceLock first = Take();
        using DeviceLock second = DeviceLock.TakeFile(LockPath, "Changer y", TimeProvider.System, TimeSpan.FromMinutes(1), holder =>
        {
            told = holder;
            first.Dispose();
        });
        told.ShouldStartWith($"process {Environment.ProcessId}");
    }

    /// <summary>Locked by who may only read it: another user's file.</summary>
    [Fact]
    public void A_file_for_reading_only_can_be_locked()
    {
        Take().Dispose();
#pragma warning disable CA1416 // Nothing of Capstan runs on Windows.
        File.SetUnixFileMode(LockPath, UnixFileMode.UserRead);
#pragma warning restore CA1416
        using DeviceLock held = Take();
        Should.Throw<ScsiTransportException>(Take).Fault.ShouldBe(TransportFault.Busy);
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        string other = Path.Combine(_directory, "other");
        File.WriteAllText(other, "precious");
        File.CreateSymbolicLink(LockPath, other);
        Should.Throw<ScsiTransportException>(Take);
        File.ReadAllText(other).ShouldBe("precious");
    }

    [Fact]
    public void A_holder_is_read_back_and_any_bytes_are_one_or_none()
    {
        var holder = new LockHolder(4711, "capstan backup docs", new DateTimeOffset(2026, 11, 23, 11, 20, 31, TimeSpan.Zero));
        LockHolder.Decode(holder.Encode()).ShouldBe(holder);
        holder.Describe(new Utc()).ShouldBe("process 4711 (capstan backup docs) since 2026-11-23 11:20:31");
        LockHolder.Decode(Encoding.ASCII.GetBytes("4711\n"))!.Describe(new Utc()).ShouldBe("process 4711");
        LockHolder.Decode([]).ShouldBeNull();
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            if (LockHolder.Decode(bytes) is { } some)
                some.Describe(new Utc()).Any(char.IsControl).ShouldBeFalse();
        });
    }

    [Fact]
    public void The_place_is_the_first_that_can_be_used()
    {
        string shared = Path.Combine(_directory, "shared/capstan");
        string runtime = Path.Combine(_directory, "runtime");
        Directory.CreateDirectory(runtime);
        Find(shared, null).ShouldBe(shared);
#pragma warning disable CA1416 // Nothing of Capstan runs on Windows.
        ((int)File.GetUnixFileMode(shared)).ShouldBe(Convert.ToInt32("1777", 8));
#pragma warning restore CA1416
        string blocked = Path.Combine(_directory, "file");
        File.WriteAllText(blocked, "");
        Find(blocked + "/capstan", runtime).ShouldBe(Path.Combine(runtime, "capstan"));
        Find(blocked + "/capstan", null).ShouldBe(Path.Combine(_directory, "home/locks"));
        Find(shared, null, Path.Combine(_directory, "own")).ShouldBe(Path.Combine(_directory, "own"));
        // In a directory that everybody may write in, a link may be anybody's.
        string link = Path.Combine(_directory, "link");
        File.CreateSymbolicLink(link, shared);
        Find(link, runtime).ShouldBe(Path.Combine(runtime, "capstan"));
    }

    [Fact]
    public void Looking_for_the_place_makes_none()
    {
        string shared = Path.Combine(_directory, "shared/capstan");
        Look(shared, null).ShouldBe(shared);
        Directory.Exists(shared).ShouldBeFalse();
        string blocked = Path.Combine(_directory, "file");
        File.WriteAllText(blocked, "");
        Look(blocked + "/capstan", null).ShouldBe(Path.Combine(_directory, "home/locks"));
        Look(shared, null, blocked + "/locks").ShouldBeNull();
        Directory.Exists(Path.Combine(_directory, "home")).ShouldBeFalse();
    }

    private string? Look(string shared, string? runtime, string? named = null) => DeviceLockDirectory.Look(
        Path.Combine(_directory, "home"), name => name switch { "XDG_RUNTIME_DIR" => runtime, "CAPSTAN_LOCKS" => named, _ => null }, shared);

    [Fact]
    public void Each_identity_has_a_file_of_its_own()
    {
        DeviceLockDirectory place = DeviceLockDirectory.Find(_directory, name => name == "CAPSTAN_LOCKS" ? _directory : null);
        Path.GetFileName(place.FileOf("drive", "IBM-1013000123")).ShouldBe("drive-IBM-1013000123.lock");
        place.FileOf("drive", "a/b").ShouldNotBe(place.FileOf("drive", "a b"));
        place.FileOf("drive", "x").ShouldNotBe(place.FileOf("changer", "x"));
        Gen.String.Sample(text => Path.GetDirectoryName(place.FileOf("drive", text)) == _directory && Path.GetFileName(place.FileOf("drive", text)).Length < 200);
    }

    private string Find(string shared, string? runtime, string? named = null) => DeviceLockDirectory.Find(
        Path.Combine(_directory, "home"), name => name switch { "XDG_RUNTIME_DIR" => runtime, "CAPSTAN_LOCKS" => named, _ => null }, shared).Path;

    private DeviceLock Take() => DeviceLock.TakeFile(LockPath, "Drive x", TimeProvider.System);

    private sealed class Utc : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
