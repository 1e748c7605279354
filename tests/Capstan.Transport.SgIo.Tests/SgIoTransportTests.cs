using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Capstan.Transport;
using Capstan.Transport.SgIo;

[assembly: SupportedOSPlatform("linux")]

namespace Capstan.Transport.SgIo.Tests;

/// <summary>What can be opened and tried without a SCSI device.</summary>
public partial class SgIoTransportTests
{
    [Fact]
    public void A_character_device_of_another_driver_is_refused()
    {
        ScsiTransportException exception = Should.Throw<ScsiTransportException>(() => SgIoTransport.Open("/dev/null"));
        exception.Fault.ShouldBe(TransportFault.NotFound);
        exception.Message.ShouldStartWith("/dev/null is not a SCSI generic device");
    }

    [Fact]
    public void A_missing_file_is_not_found()
    {
        ScsiTransportException exception = Should.Throw<ScsiTransportException>(() => SgIoTransport.Open("/dev/sg-none"));
        exception.Fault.ShouldBe(TransportFault.NotFound);
        exception.Message.ShouldStartWith("/dev/sg-none: no such device");
    }

    [Fact]
    public void A_regular_file_and_a_directory_are_refused_unopened()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.SetUnixFileMode(file, UnixFileMode.None);
            Should.Throw<ScsiTransportException>(() => SgIoTransport.Open(file)).Message.ShouldContain("a regular file");
        }
        finally
        {
            File.Delete(file);
        }
        Should.Throw<ScsiTransportException>(() => SgIoTransport.Open(Path.GetTempPath())).Message.ShouldContain("a directory");
    }

    // setfsuid(2) takes root's power over files from one thread only.
    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(uint uid);

    [Fact]
    public void A_node_without_permission_names_the_group()
    {
        const uint Nobody = 65534;
        Assert.SkipUnless(Environment.UserName == "root", "only root can make a device node and then not be allowed to open it");
        string directory = Directory.CreateTempSubdirectory("capstan-sg").FullName;
        try
        {
            string node = Path.Combine(directory, "sg0");
            // The null device: what it is does not matter before it can be opened. Group 26 is 'tape' on Debian.
            Assert.SkipUnless(Run("mknod", "-m", "660", node, "c", "1", "3") == 0, "cannot make device nodes here");
            Run("chgrp", "26", node).ShouldBe(0);
            Run("chmod", "755", directory).ShouldBe(0);
            Exception? thrown = null;
            var thread = new Thread(() =>
            {
                _ = SetFileSystemUser(Nobody);
                thrown = Record.Exception(() => SgIoTransport.Open(node));
            });
            thread.Start();
            thread.Join();
            ScsiTransportException exception = thrown.ShouldBeOfType<ScsiTransportException>();
            exception.Fault.ShouldBe(TransportFault.PermissionDenied);
            exception.Message.ShouldContain($"group '{GroupNames.Find(26)}' may use it");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData(0, 1u)]
    [InlineData(0.4, 1u)]
    [InlineData(1500.2, 1501u)]
    [InlineData(166_370_000, 166_370_000u)]
    [InlineData(1e12, (uint)int.MaxValue)]
    public void Timeouts_become_milliseconds(double milliseconds, uint expected) =>
        SgIoTransport.ToMilliseconds(TimeSpan.FromMilliseconds(milliseconds)).ShouldBe(expected);

    [Fact]
    public void An_infinite_timeout_is_the_longest_the_kernel_has() =>
        SgIoTransport.ToMilliseconds(Timeout.InfiniteTimeSpan).ShouldBe((uint)int.MaxValue);

    [Theory]
    [InlineData("1\n", true)]
    [InlineData("0\n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Direct_io_is_asked_for_only_where_the_module_allows_it(string? parameter, bool allowed)
    {
        string root = Directory.CreateTempSubdirectory("capstan-sg").FullName;
        try
        {
            if (parameter is not null)
            {
                Directory.CreateDirectory(Path.Combine(root, "module/sg/parameters"));
                File.WriteAllText(Path.Combine(root, "module/sg/parameters/allow_dio"), parameter);
            }
            SgIoTransport.IsDirectIoAllowed(root).ShouldBe(allowed);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
