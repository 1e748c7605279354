using System.Runtime.Versioning;
using System.Text;
using Capstan.Backup.Engine;
using Capstan.Backup.Interop;
using Capstan.Backup.Tests.Archive;
using Capstan.Catalog;

namespace Capstan.Backup.Tests.Engine;

/// <summary>Hard links of which not all names are restored: the tape has the content under the first one only.</summary>
[SupportedOSPlatform("linux")]
public sealed class SelectedLinkTests : IDisposable
{
    private const int Length = 700_000;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.GroupRead;
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute;
    private static readonly DateTime s_time = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    private readonly EngineRig _rig = new();
    private readonly string _target;
    private readonly Guid _backup;

    /// <summary>Paths as stored: the directory without the content, its two links, and the link beside the content.</summary>
    private readonly string _directory;
    private readonly string _link;
    private readonly string _otherLink;
    private readonly string _linkBesideContent;
    private readonly string _content;

    /// <summary>Two directories with two names each of one file. Which of them comes first on tape is the file system's choice.</summary>
    public SelectedLinkTests()
    {
        _target = _rig.NewPath("out");
        foreach (string directory in (string[])["x/deep", "y/deep"])
        {
            string path = Directory.CreateDirectory(Path.Combine(_rig.Source, directory)).FullName;
            File.WriteAllText(Path.Combine(path, "other"), "other");
            foreach (string name in (string[])["1", "2"])
                MakeName(Path.Combine(path, name));
            Directory.SetLastWriteTimeUtc(path, s_time);
            File.SetUnixFileMode(path, DirectoryMode);
        }

        _backup = _rig.Backup().Backup;
        var links = new List<string>();
        _content = "";
        using EntryReader entries = _rig.Catalog.ReadEntries(_backup);
        while (entries.Read())
        {
            string path = Encoding.UTF8.GetString(entries.Path);
            if (entries.Kind == EntryKind.HardLink)
                links.Add(path);
            else if (entries.SizeBytes == Length)
                _content = path;
        }

        links.Count.ShouldBe(3);
        _linkBesideContent = links.Single(link => Path.GetDirectoryName(link) == Path.GetDirectoryName(_content));
        links.Remove(_linkBesideContent);
        _link = links[0];
        _otherLink = links[1];
        _directory = Path.GetDirectoryName(_link)!;
    }

    public void Dispose() => _rig.Dispose();

    private void MakeName(string path)
    {
        string first = Path.Combine(_rig.Source, "x/deep/1");
        if (path != first)
        {
            Posix.LinkAt(Libc.AtFdcwd, first, Libc.AtFdcwd, path);
            return;
        }

        File.WriteAllBytes(path, EngineRig.Content(1, Length));
        File.SetUnixFileMode(path, FileMode);
    }

    private string Restored(string stored) => Path.Combine(_target, stored);

    private static void ShouldBeTheContent(string path) =>
        File.ReadAllBytes(path).AsSpan().SequenceEqual(EngineRig.Content(1, Length)).ShouldBeTrue(path);

    [Fact]
    public void A_later_name_alone_has_the_content()
    {
        RestoreOutcome outcome = _rig.RestoreTo(_target, _backup, [_link]);
        _rig.Problems.ShouldBeEmpty();
        outcome.UnmatchedPaths.ShouldBeEmpty();
        (outcome.Files, outcome.Others, outcome.ContentBytes).ShouldBe((1, 0, Length));
        ShouldBeTheContent(Restored(_link));
        File.GetUnixFileMode(Restored(_link)).ShouldBe(FileMode);
        Directory.GetFiles(_target, "*", SearchOption.AllDirectories).ShouldBe([Restored(_link)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Other_names_that_were_asked_for_are_links_to_it_and_directories_keep_their_metadata(bool overwrite)
    {
        RestoreOutcome outcome = _rig.RestoreTo(_target, _backup, [_directory, "./" + _linkBesideContent + "/"], overwrite);
        _rig.Problems.ShouldBeEmpty();
        outcome.UnmatchedPaths.ShouldBeEmpty();
        (outcome.Files, outcome.Directories, outcome.Others).ShouldBe((2, 1, 2));
        File.ReadAllText(Path.Combine(Restored(_directory), "other")).ShouldBe("other");
        Directory.GetLastWriteTimeUtc(Restored(_directory)).ShouldBe(s_time);
        File.GetUnixFileMode(Restored(_directory)).ShouldBe(DirectoryMode);
        string[] names = [Restored(_link), Restored(_otherLink), Restored(_linkBesideContent)];
        foreach (string name in names)
            ShouldBeTheContent(name);
        File.SetUnixFileMode(names[0], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.AppendAllText(names[0], "!");
        foreach (string name in names)
            new FileInfo(name).Length.ShouldBe(Length + 1, name);
        File.Exists(Restored(_content)).ShouldBeFalse();
    }

    [Fact]
    public void What_is_there_already_is_left_alone_and_nothing_is_linked_to_it()
    {
        Directory.CreateDirectory(Restored(_directory));
        File.WriteAllText(Restored(_link), "old");
        _rig.RestoreTo(_target, _backup, [_link, _otherLink]).Problems.ShouldBe(2);
        File.ReadAllText(Restored(_link)).ShouldBe("old");
        File.Exists(Restored(_otherLink)).ShouldBeFalse();

        _rig.RestoreTo(_target, _backup, [_link, _otherLink], overwrite: true).Problems.ShouldBe(0, string.Join('\n', _rig.Problems));
        ShouldBeTheContent(Restored(_link));
        ShouldBeTheContent(Restored(_otherLink));
    }

    [Fact]
    public void A_path_that_is_not_there_is_told_once()
    {
        RestoreOutcome outcome = _rig.RestoreTo(_target, _backup, [_link, "no/such"]);
        outcome.UnmatchedPaths.ShouldHaveSingleItem().ShouldBe("no/such"u8.ToArray());
        outcome.Files.ShouldBe(1);
    }
}
