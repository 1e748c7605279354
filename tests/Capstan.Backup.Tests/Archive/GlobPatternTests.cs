using Capstan.Backup.Archive;

namespace Capstan.Backup.Tests.Archive;

public class GlobPatternTests
{
    [Theory]
    [InlineData("*.o", "a.o", true)]
    [InlineData("*.o", "deep/down/a.o", true)]
    [InlineData("*.o", "a.o.c", false)]
    [InlineData("cache", "home/cache", true)]
    [InlineData("cache/", "home/cache", true)]
    [InlineData("cache", "home/cached", false)]
    [InlineData("home/*/cache", "home/me/cache", true)]
    [InlineData("home/*/cache", "home/me/too/cache", false)]
    [InlineData("home/**/cache", "home/me/too/cache", true)]
    [InlineData("/home/me", "home/me", true)]
    [InlineData("/home/me", "mnt/home/me", false)]
    [InlineData("**/me", "mnt/home/me", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("x/a?c", "x/a/c", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    [InlineData("*a*b*a", "xxabybza", true)]
    [InlineData("*a*b*a", "xxabybz", false)]
    [InlineData("**/a*/b", "x/a1/a2/b", true)]
    [InlineData("\xff*", "\xff\xfe", true)]
    public void Patterns_match_names_or_paths(string pattern, string path, bool expected) =>
        new GlobPattern(Posix.Bytes(pattern)).Matches(Posix.Bytes(path)).ShouldBe(expected);
}
