namespace Capstan.Transport.Iscsi.Tests;

public sealed class IscsiSettingsFileTests : IDisposable
{
    private const string Whole =
        """
        initiator = "iqn.2026-01.org.example:backup"
        header_digest = "preferred"

        [[chap]]
        target = "iqn.2026-01.org.example:vtl"
        user = "anna"
        secret = "hush-hush-hush"
        target_user = "vtl"
        target_secret = "other-hush-hush"

        [[chap]]
        target = "*"
        user = "everybody"
        secret = "another-secret"
        """;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    private IscsiSettings Read(string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        File.WriteAllText(_path, text);
#pragma warning disable CA1416 // Nothing of Capstan runs on Windows.
        File.SetUnixFileMode(_path, mode);
#pragma warning restore CA1416
        return IscsiSettingsFile.Read(_path, isRequired: true);
    }

    [Fact]
    public void Everything_in_it_is_read()
    {
        IscsiSettings settings = Read(Whole);
        settings.InitiatorName.ShouldBe("iqn.2026-01.org.example:backup");
        settings.HeaderDigest.ShouldBe(IscsiHeaderDigest.Preferred);
        IscsiChap chap = settings.ChapFor("iqn.2026-01.org.example:vtl")!;
        (chap.User, chap.Secret, chap.TargetUser, chap.TargetSecret).ShouldBe(("anna", "hush-hush-hush", "vtl", "other-hush-hush"));
        settings.ChapFor("iqn.2026-01.org.example:other")!.User.ShouldBe("everybody");
    }

    [Fact]
    public void Secrets_of_a_served_library_are_read()
    {
        IscsiSettings settings = Read(
            """
            [[serve]]
            library = "test"
            user = "anna"
            secret = "hush-hush-hush"
            target_user = "test.library"
            target_secret = "other-hush-hush"

            [[serve]]
            user = "everybody"
            secret = "another-secret"
            """);
        IscsiServeChap chap = settings.ServeFor("test")!;
        (chap.User, chap.Secret, chap.TargetUser, chap.TargetSecret).ShouldBe(("anna", "hush-hush-hush", "test.library", "other-hush-hush"));
        (settings.ServeFor("other")!.User, settings.ServeFor("other")!.TargetUser).ShouldBe(("everybody", null));
        settings.ChapFor("test").ShouldBeNull("they are for others, not for us");
        Read(Whole).ServeFor("test").ShouldBeNull();
    }

    [Theory]
    [InlineData("user = \"anna\"", "has no 'secret'")]
    [InlineData("user = \"anna\"\nsecret = \"eleven-char\"", "shorter than 12 bytes")]
    [InlineData("user = \"anna\"\nsecret = \"NULL-hush-hush\"", "'secret' of the entry for library * begins with NULL")]
    [InlineData("user = \"NULLS\"\nsecret = \"hush-hush-hush\"", "'user' of the entry for library * begins with NULL")]
    [InlineData("user = \"anna\"\nsecret = \"hush-hush-hush\"\ntarget_user = \"vtl\"", "both 'target_user' and 'target_secret'")]
    [InlineData("user = \"anna\"\nsecret = \"hush-hush-hush\"\ntarget_user = \"vtl\"\ntarget_secret = \"hush-hush-hush\"", "must differ")]
    [InlineData("user = \"anna\"\nsecret = \"hush-hush-hush\"\ntarget_user = \"nine-byte\"\ntarget_secret = \"other-hush-hush\"", "'target_user' of the entry for library * is shorter than 10 bytes")]
    [InlineData("target = \"test\"\nuser = \"anna\"\nsecret = \"hush-hush-hush\"", "'target' is not known here")]
    public void Secrets_that_let_in_the_wrong_ones_are_refused(string entry, string told)
    {
        string message = Should.Throw<ScsiTransportException>(() => Read("[[serve]]\n" + entry)).Message;
        message.ShouldContain(told);
        message.ShouldNotContain("hush");
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_may_use_is_refused(UnixFileMode more)
    {
        var exception = Should.Throw<ScsiTransportException>(() => Read(Whole, UnixFileMode.UserRead | UnixFileMode.UserWrite | more));
        exception.Fault.ShouldBe(TransportFault.PermissionDenied);
        exception.Message.ShouldContain($"chmod 600 {_path}");
    }

    [Theory]
    [InlineData("secret = hush-hush-hush")]
    [InlineData("[[chap]]\nuser = \"anna\"\nsecret = \"hush-hush-hush")]
    [InlineData("[[chap]]\nuser = \"anna\"\nsecret = \"hush-hush-hush\"\npasword = \"hush-hush-hush\"")]
    [InlineData("[[chap]]\nsecret = \"hush-hush-hush\"")]
    [InlineData("[[chap]]\nuser = \"a\"\nsecret = \"hush-hush-hush\"\ntarget_user = \"b\"")]
    [InlineData("[[chap]]\nuser = \"a\"\nsecret = \"hush-hush-hush\"\ntarget_user = \"b\"\ntarget_secret = \"hush-hush-hush\"")]
    [InlineData("[[chap]]\ntarget = \"disk\"\nuser = \"a\"\nsecret = \"hush-hush-hush\"")]
    [InlineData("[chap]\nuser = \"a\"\nsecret = \"hush-hush-hush\"")]
    [InlineData("initiator = \"backup\"")]
    [InlineData("header_digest = true")]
    [InlineData("header_digest = \"crc\"")]
    public void What_is_not_understood_is_refused_without_repeating_a_secret(string text)
    {
        var exception = Should.Throw<ScsiTransportException>(() => Read(text));
        exception.Message.ShouldContain(_path);
        exception.Message.ShouldNotContain("hush");
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error_only_where_it_was_named()
    {
        string missing = _path + ".missing";
        IscsiSettingsFile.Read(missing, isRequired: false).Chap.ShouldBeEmpty();
        IscsiSettingsFile.Read(Path.Combine(missing, "x"), isRequired: false).Chap.ShouldBeEmpty();
        Should.Throw<ScsiTransportException>(() => IscsiSettingsFile.Read(missing, isRequired: true)).Message.ShouldContain(missing);
    }

    [Fact]
    public void An_empty_file_is_the_defaults() => Read("").HeaderDigest.ShouldBe(IscsiHeaderDigest.None);
}
