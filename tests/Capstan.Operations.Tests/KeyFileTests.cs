using System.Text;
using Capstan.Operations.Encryption;

namespace Capstan.Operations.Tests;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class KeyFileTests : IDisposable
{
    private const string Hex = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

    private readonly string _directory = Directory.CreateTempSubdirectory("capstan-keys-").FullName;
    private readonly List<string> _warnings = [];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Written(byte[] bytes, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        string path = Path.Combine(_directory, "key");
        File.WriteAllBytes(path, bytes);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    private string BytesOf(string text) => BytesOf(Encoding.ASCII.GetBytes(text));

    private string BytesOf(byte[] bytes)
    {
        using ReadKey key = KeyFile.Read(Written(bytes), _warnings.Add);
        return Convert.ToHexString(key.Key.Bytes);
    }

    [Fact]
    public void Keys_come_in_three_forms()
    {
        BytesOf(Hex).ShouldBe(Hex.ToUpperInvariant());
        BytesOf(Hex + "\n").ShouldBe(Hex.ToUpperInvariant());
        BytesOf(Hex + "\r\noffsite 2026\n").ShouldBe(Hex.ToUpperInvariant());
        BytesOf(Convert.FromHexString(Hex)).ShouldBe(Hex.ToUpperInvariant());
        // 32 bytes with a line end among them are bytes.
        byte[] binary = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        BytesOf(binary).ShouldBe(Convert.ToHexString(binary));
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public void The_second_line_names_the_key()
    {
        using ReadKey key = KeyFile.Read(Written(Encoding.ASCII.GetBytes(Hex + "\noffsite 2026\n")), _warnings.Add);
        key.Description.ShouldBe("offsite 2026");
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("00112233445566778899aabbccddeeff", "a key of 128 bits")]
    [InlineData(Hex + "00", "66 hexadecimal digits")]
    [InlineData("not a key at all", "16 bytes")]
    public void What_is_no_key_is_told_without_being_repeated(string text, string expected)
    {
        OperationException e = Should.Throw<OperationException>(() => BytesOf(text));
        e.Message.ShouldContain(expected);
        e.Message.ShouldContain("64 hexadecimal digits");
        if (text.Length > 8)
            e.Message.ShouldNotContain(text[..8]);
    }

    [Fact]
    public void A_key_that_everybody_may_read_is_refused_and_one_of_a_group_warned_of()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Hex);
        string open = Written(bytes, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Should.Throw<OperationException>(() => KeyFile.Read(open, _warnings.Add)).Message.ShouldContain("chmod 600");
        _warnings.ShouldBeEmpty();
        using ReadKey key = KeyFile.Read(Written(bytes, UnixFileMode.UserRead | UnixFileMode.GroupRead), _warnings.Add);
        _warnings.ShouldHaveSingleItem().ShouldContain("group");
    }

    [Fact]
    public void A_device_is_no_key_file_and_its_mode_is_left_alone()
    {
        string said = Should.Throw<OperationException>(() => KeyFile.Read("/dev/zero", _warnings.Add)).Message;
        said.ShouldContain("/dev/zero");
        said.ShouldNotContain("chmod");
    }

    [Fact]
    public void A_generated_key_is_its_owners_alone_and_never_overwrites()
    {
        string path = Path.Combine(_directory, "new");
        KeyFile.Generate(path, "offsite");
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using ReadKey first = KeyFile.Read(path, _warnings.Add);
        first.Description.ShouldBe("offsite");
        Should.Throw<OperationException>(() => KeyFile.Generate(path, null));
        string other = Path.Combine(_directory, "other");
        KeyFile.Generate(other, null);
        using ReadKey second = KeyFile.Read(other, _warnings.Add);
        second.Key.Bytes.SequenceEqual(first.Key.Bytes).ShouldBeFalse();
        second.Description.ShouldBeNull();
    }

    [Fact]
    public void A_wiped_key_is_zeros()
    {
        ReadKey key = KeyFile.Read(Written(Encoding.ASCII.GetBytes(Hex)), _warnings.Add);
        key.Dispose();
        Should.Throw<ObjectDisposedException>(() => key.Key.Bytes.Length);
    }

    [Fact]
    public void A_stream_is_read_to_its_end()
    {
        using ReadKey key = KeyFile.Read(new MemoryStream(Encoding.ASCII.GetBytes(Hex + "\nfrom stdin\n")), "standard input");
        key.Description.ShouldBe("from stdin");
        Should.Throw<OperationException>(() => KeyFile.Read(new MemoryStream(new byte[10000]), "standard input")).Message.ShouldContain("too long");
    }
}
