using System.Text.Json;
using Capstan.Emulation.Library;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Library;

/// <summary>The key of a virtual drive outlives a process as that of a drive outlives a program: until the power goes, and never on a disk.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KeyMemoryTests : IDisposable
{
    private const string Page = "00100030 40 40 02 02 01 00 00 00000000000000 0020 A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5";

    private readonly TestDirectory _directory = new();
    private readonly byte[] _sense = new byte[252];
    private readonly string _path;

    public KeyMemoryTests()
    {
        _path = _directory.File("library");
        VirtualLibrary.Create(_path, new LibraryOptions { CartridgeCount = 1 });
        // The first process hears of the power on.
        With(drive => Send(drive, new TestUnitReady(), DataTransfer.None));
    }

    public void Dispose()
    {
        if (KeptIn() is { } file && File.Exists(file))
            File.Delete(file);
        _directory.Dispose();
    }

    private ScsiCompletion Send<T>(IScsiTransport drive, in T command, DataTransfer data) where T : struct, IScsiCommand<T> =>
        drive.Execute(Cdb.Of(command), data, _sense, TimeSpan.Zero);

    private void With(Action<IScsiTransport> act)
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path);
        using IScsiTransport drive = library.OpenDrive();
        act(drive);
    }

    private void SetKey() => With(drive =>
    {
        byte[] list = Convert.FromHexString(Page.Replace(" ", "", StringComparison.Ordinal));
        Send(drive, new SecurityProtocolOut(SecurityProtocol.TapeDataEncryption, 0x10, list.Length), DataTransfer.ToDevice(list)).Status.ShouldBe(ScsiStatus.Good);
    });

    private DataEncryptionStatus Status()
    {
        DataEncryptionStatus status = default;
        With(drive =>
        {
            var answer = new byte[256];
            Send(drive, new SecurityProtocolIn(SecurityProtocol.TapeDataEncryption, 0x20, 256), DataTransfer.FromDevice(answer)).Status.ShouldBe(ScsiStatus.Good);
            DataEncryptionStatus.TryDecode(answer, out status).ShouldBeTrue();
        });
        return status;
    }

    private string? KeptIn()
    {
        using JsonDocument state = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_path, "drive.json")));
        return state.RootElement.TryGetProperty("keyMemory", out JsonElement place) ? place.GetString() : null;
    }

    private void SkipWithoutMemory() => Assert.SkipWhen(KeptIn() is null, "this machine has no directory in memory");

    [Fact]
    public void The_next_process_finds_the_key()
    {
        SetKey();
        SkipWithoutMemory();
        Status().Encryption.ShouldBe(EncryptionMode.Encrypt);
        Status().KeyInstanceCounter.ShouldBe(1u);
    }

    [Fact]
    public void It_lies_where_only_its_owner_reads_and_nowhere_else()
    {
        SetKey();
        SkipWithoutMemory();
        string file = KeptIn()!;
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.GetDirectoryName(file)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        byte[] key = [.. Enumerable.Repeat((byte)0xA5, 32)];
        File.ReadAllBytes(file).AsSpan().IndexOf(key).ShouldBeGreaterThan(0);
        foreach (string other in Directory.EnumerateFiles(_path, "*", SearchOption.AllDirectories))
        {
            byte[] bytes = RawFile.ReadAll(other);
            bytes.AsSpan().IndexOf(key).ShouldBe(-1, other);
            System.Text.Encoding.ASCII.GetString(bytes).ShouldNotContain("A5A5A5A5", Case.Insensitive, other);
        }
    }

    [Fact]
    public void It_is_gone_with_the_memory_and_then_so_is_everything_that_the_drive_kept()
    {
        SetKey();
        SkipWithoutMemory();
        File.Delete(KeptIn()!);
        With(drive =>
        {
            Send(drive, new TestUnitReady(), DataTransfer.None).Status.ShouldBe(ScsiStatus.CheckCondition);
            Convert.ToHexString(_sense, 12, 2).ShouldBe("2900");
        });
        Status().Encryption.ShouldBe(EncryptionMode.Disable);
    }

    [Fact]
    public void A_process_that_dies_takes_the_power_away()
    {
        SetKey();
        SkipWithoutMemory();
        string file = KeptIn()!;
        string state = Path.Combine(_path, "drive.json");
        File.WriteAllText(state, File.ReadAllText(state).Replace("\"isClean\": true", "\"isClean\": false", StringComparison.Ordinal));
        With(drive => Send(drive, new TestUnitReady(), DataTransfer.None).Status.ShouldBe(ScsiStatus.CheckCondition));
        Status().Encryption.ShouldBe(EncryptionMode.Disable);
        File.Exists(file).ShouldBeFalse();
    }

    [Fact]
    public void Switching_it_off_wipes_it()
    {
        SetKey();
        SkipWithoutMemory();
        string file = KeptIn()!;
        With(drive =>
        {
            byte[] list = Convert.FromHexString("00100010404000000100000000000000000000000".PadRight(40, '0')[..40]);
            Send(drive, new SecurityProtocolOut(SecurityProtocol.TapeDataEncryption, 0x10, list.Length), DataTransfer.ToDevice(list)).Status.ShouldBe(ScsiStatus.Good);
        });
        File.Exists(file).ShouldBeFalse();
        KeptIn().ShouldBeNull();
        Status().Encryption.ShouldBe(EncryptionMode.Disable);
    }

    [Theory]
    [InlineData("a link")]
    [InlineData("open to others")]
    [InlineData("a second name")]
    [InlineData("rubbish")]
    public void What_somebody_else_put_there_is_not_taken(string what)
    {
        SetKey();
        SkipWithoutMemory();
        string file = KeptIn()!;
        string moved = _directory.File("moved");
        switch (what)
        {
            case "a link":
                File.Move(file, moved);
                File.CreateSymbolicLink(file, moved);
                break;
            case "open to others":
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
                break;
            case "a second name":
                HardLink(file, file + "2");
                break;
            default:
                File.WriteAllText(file, "CAPKEY1 and then nothing");
                break;
        }
        try
        {
            DataEncryptionMode().ShouldBe(EncryptionMode.Disable);
        }
        finally
        {
            File.Delete(file + "2");
            File.Delete(file);
        }

        EncryptionMode DataEncryptionMode()
        {
            With(drive => Send(drive, new TestUnitReady(), DataTransfer.None));
            return Status().Encryption;
        }
    }

    [Fact]
    public void A_directory_that_is_open_to_others_or_a_link_is_no_place()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "there is no /dev/shm");
        string open = _directory.File("open");
        Directory.CreateDirectory(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string link = _directory.File("link");
        Directory.CreateSymbolicLink(link, open);
        string file = Path.Combine(open, "key");
        File.WriteAllBytes(file, [1, 2, 3]);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Read(file).ShouldBe(3);
        Read(Path.Combine(link, "key")).ShouldBe(0);
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        Read(file).ShouldBe(0);
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        static int Read(string path)
        {
            VolatileMemory.Read(path, new byte[100], out int length);
            return length;
        }
    }

    [Fact]
    public void Nothing_is_kept_on_a_disk()
    {
        using var disk = new TestDirectory(onDisk: true);
        string place = disk.File("place");
        Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string file = Path.Combine(place, "key");
        File.WriteAllBytes(file, [1, 2, 3]);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        VolatileMemory.Read(file, new byte[100], out int length);
        length.ShouldBe(0);
    }

    private static void HardLink(string from, string to)
    {
        using var link = System.Diagnostics.Process.Start("ln", [from, to]);
        link.WaitForExit();
        link.ExitCode.ShouldBe(0);
    }
}
