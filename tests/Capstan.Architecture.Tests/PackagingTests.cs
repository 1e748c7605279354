using System.Diagnostics;

namespace Capstan.Architecture.Tests;

/// <summary>What packaging/install puts where, below a directory of its own.</summary>
public sealed class PackagingTests : IDisposable
{
    private readonly string _destination = Directory.CreateTempSubdirectory("capstan-install-").FullName;

    public void Dispose() => Directory.Delete(_destination, recursive: true);

    [Fact]
    public void Program_rules_and_lock_directory_and_no_link_that_nobody_asked_for()
    {
        Install("--no-helper").ExitCode.ShouldBe(0);
        File.Exists(Place("usr/local/bin/capstan")).ShouldBeTrue();
        File.Exists(Place("etc/udev/rules.d/60-capstan-tape.rules")).ShouldBeTrue();
        File.ReadAllText(Place("etc/tmpfiles.d/capstan.conf")).ShouldContain("d /run/lock/capstan 1777 root root");
        Path.Exists(Place("usr/local/bin/mt")).ShouldBeFalse();
        Path.Exists(Place("etc/modprobe.d")).ShouldBeFalse();
    }

    [Fact]
    public void Direct_input_and_output_is_an_option()
    {
        Install("--no-helper", "--direct-io").ExitCode.ShouldBe(0);
        File.ReadAllLines(Place("etc/modprobe.d/capstan-sg.conf")).ShouldContain("options sg allow_dio=1");
    }

    [Fact]
    public void Links_are_an_option_and_may_be_asked_for_twice()
    {
        for (int i = 0; i < 2; i++)
            Install("--no-helper", "--mt", "--mtx").ExitCode.ShouldBe(0);
        new FileInfo(Place("usr/local/bin/mt")).LinkTarget.ShouldBe("capstan");
        new FileInfo(Place("usr/local/bin/mtx")).LinkTarget.ShouldBe("capstan");
    }

    [Fact]
    public void A_program_of_that_name_is_not_replaced_and_nothing_is_installed()
    {
        Directory.CreateDirectory(Place("usr/local/bin"));
        File.WriteAllText(Place("usr/local/bin/mt"), "another's");
        (int exitCode, string error) = Install("--no-helper", "--mt");
        exitCode.ShouldBe(1);
        error.ShouldContain("usr/local/bin/mt already, which is not Capstan's; nothing was installed");
        File.ReadAllText(Place("usr/local/bin/mt")).ShouldBe("another's");
        File.Exists(Place("usr/local/bin/capstan")).ShouldBeFalse();
    }

    private string Place(string path) => Path.Combine(_destination, path);

    private (int ExitCode, string Error) Install(params string[] options)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardError = true };
        // Any program will do for being copied.
        foreach (string word in (string[])[Path.Combine(Repository.Root, "packaging/install"), "--program", "/bin/true", .. options])
            start.ArgumentList.Add(word);
        start.Environment["DESTDIR"] = _destination;
        start.Environment.Remove("PREFIX");
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
