namespace Capstan.Backup.Tests.Archive;

/// <summary>The comparer finds each kind of difference: without that, trees that compare equal would prove nothing.</summary>
public sealed class TreeComparerTests(TreeComparerTests.Original original) : IDisposable, IClassFixture<TreeComparerTests.Original>
{
    private readonly TemporaryDirectory _temporary = new();

    public sealed class Original : IDisposable
    {
        private readonly TemporaryDirectory _temporary = new();

        public Original() => HardTree.Create(Tree, 1, isForEveryProgram: true);

        public string Tree => _temporary.Path;

        public void Dispose() => _temporary.Dispose();
    }

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("true", "")]
    [InlineData("rm 'sizes/size1'", "sizes/size1: missing")]
    [InlineData("touch -r names/-leading names/extra; touch -r pipe names", "names/extra: extra")]
    [InlineData("chmod 600 sizes/size1", "sizes/size1: mode")]
    [InlineData("touch -d @5 sizes/size1", "sizes/size1: mtime")]
    [InlineData("touch -h -d @5 links/up", "links/up: mtime")]
    [InlineData("cp -p --remove-destination sizes/size513 x; printf y | dd of=x bs=1 seek=512 conv=notrunc 2>/dev/null; touch -r sizes/size513 x; mv x sizes/size513", "sizes/size513: content")]
    [InlineData("truncate -s 514 sizes/size513", "sizes/size513: size")]
    [InlineData("ln -sfn elsewhere links/up", "links/up: target")]
    [InlineData("cp -p --sparse=never holes/only x; mv x holes/only", "holes/only: holes filled")]
    [InlineData("cp -p 'links/second name' x; mv x 'links/second name'", "links/second name: link count")]
    [InlineData("rm pipe; : > pipe", "pipe: kind")]
    [InlineData("setfattr -n user.new -v 1 sizes/size1", "sizes/size1: attributes")]
    [InlineData("setfattr -x user.attribute3 attributes/many", "attributes/many: attributes")]
    [InlineData("setfacl -m u:77:r sizes/size1", "sizes/size1: attributes")]
    public void Every_kind_of_difference_is_found(string change, string expected)
    {
        Assert.SkipUnless(!change.StartsWith("setf", StringComparison.Ordinal) || (Posix.Has("setfattr") && Posix.Has("setfacl")), "attr and acl are not installed");
        string tree = original.Tree;
        Posix.Run("cp", "-a", tree, _temporary["b"]).Status.ShouldBe(0);
        Posix.Run("sh", "-c", $"cd {_temporary["b"]} && {change}").ShouldBe((0, ""));

        var differences = TreeComparer.Compare(tree, _temporary["b"]);

        if (expected.Length == 0)
            differences.ShouldBeEmpty();
        else
            differences.ShouldContain(line => line.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Owners_and_devices_count()
    {
        Assert.SkipUnless(Posix.IsRoot, "only root can make these");
        string tree = original.Tree;
        Posix.Run("cp", "-a", tree, _temporary["b"]);
        Posix.Run("sh", "-c", $"cd {_temporary["b"]}/owners && chown 1:1 'set user' && rm null && mknod null c 1 5");
        var differences = TreeComparer.Compare(tree, _temporary["b"]);
        differences.ShouldContain(line => line.StartsWith("owners/set user: owner", StringComparison.Ordinal));
        differences.ShouldContain(line => line.StartsWith("owners/null: device", StringComparison.Ordinal));
    }
}
