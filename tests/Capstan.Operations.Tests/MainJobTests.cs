using System.Security.Cryptography;
using Capstan.Backup.Tests.Archive;
using Capstan.Emulation.Library;

namespace Capstan.Operations.Tests;

/// <summary>The main job through the production driver and the virtual drive: save, list, verify, restore.</summary>
public sealed class MainJobTests
{
    [Fact]
    public void A_tree_of_hard_cases_comes_back_identical()
    {
        using var rig = new Rig();
        string tree = rig.Tree("hard");
        HardTree.Create(tree, seed: 20261122);

        BackupReport report = rig.Backup(tree);

        report.Problems.ShouldBeEmpty();
        report.Status.ShouldBe(ExitStatus.Success);
        rig.Verify().Status.ShouldBe(ExitStatus.Success);
        rig.ShouldRestore(report.Backup.Id, tree);
    }

    [Fact]
    public void Each_of_several_backups_on_one_tape_restores_as_it_was()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        var kept = new List<(string Id, string Copy)>();
        for (int round = 0; round < 4; round++)
        {
            File.WriteAllBytes(Path.Combine(tree, $"file{round}"), RandomNumberGenerator.GetBytes(300_000 * (round + 1)));
            File.WriteAllText(Path.Combine(tree, "same name"), $"round {round}");
            string id = rig.Backup(tree).Backup.Id;
            string target = rig.NewPath($"round{round}");
            rig.Restore(id, target).Status.ShouldBe(ExitStatus.Success);
            kept.Add((id, target));
        }

        foreach ((string id, string copy) in kept)
        {
            string again = rig.NewPath("again-" + id);
            rig.Restore(id, again).Status.ShouldBe(ExitStatus.Success);
            TreeComparer.Compare(copy + tree, again + tree).ShouldBeEmpty();
        }

        CatalogOperations.List(rig.Context).Select(backup => backup.State).ShouldBe(["complete", "complete", "complete", "complete"]);
    }

    [Fact]
    public void Selected_paths_come_back_and_a_misspelt_one_is_named()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        for (int i = 0; i < 50; i++)
        {
            Directory.CreateDirectory(Path.Combine(tree, $"d{i}"));
            File.WriteAllBytes(Path.Combine(tree, $"d{i}", "data"), RandomNumberGenerator.GetBytes(100_000));
        }

        rig.Backup(tree);
        string target = rig.NewPath("out");
        string stored = tree.TrimStart('/');

        RestoreReport report = rig.Restore("latest", target, $"{stored}/d7", $"{stored}/d42/data", "no/such/path");

        report.Files.ShouldBe(2);
        report.Status.ShouldBe(ExitStatus.Partial);
        report.Problems.ShouldHaveSingleItem().Path.ShouldBe("no/such/path");
        foreach (string file in (string[])["d7/data", "d42/data"])
            File.ReadAllBytes(Path.Combine(target, stored, file)).ShouldBe(File.ReadAllBytes(Path.Combine(tree, file)));
        Directory.Exists(Path.Combine(target, stored, "d8")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hard_link_is_never_made_to_something_old_of_its_targets_name(bool isSelected)
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllText(Path.Combine(tree, "a"), "saved");
        Posix.Run("ln", Path.Combine(tree, "a"), Path.Combine(tree, "b"));
        rig.Backup(tree);
        string target = rig.NewPath("out");
        Directory.CreateDirectory(target + tree);
        string stored = tree.TrimStart('/');
        var names = new List<string>();
        CatalogOperations.Show(rig.Context, "latest", line => { if (line.Kind is "file" or "hardlink") names.Add(line.Path); }, static _ => { });
        // The first name is the file, the second one the link, in whatever order the directory gave them.
        File.WriteAllText(Path.Combine(target, names[0]), "newer work");

        RestoreReport report = isSelected ? rig.Restore("latest", target, names[1]) : rig.Restore("latest", target);

        File.ReadAllText(Path.Combine(target, names[0])).ShouldBe("newer work");
        report.Status.ShouldBe(isSelected ? ExitStatus.Success : ExitStatus.Partial);
        // Alone it gets the content from the first one's place on tape.
        if (isSelected)
            File.ReadAllText(Path.Combine(target, names[1])).ShouldBe("saved");
        else
            File.Exists(Path.Combine(target, names[1])).ShouldBeFalse();
        stored.ShouldNotBeEmpty();
    }

    [Fact]
    public void What_exists_is_left_alone_without_overwrite()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllText(Path.Combine(tree, "file"), "saved");
        rig.Backup(tree);
        string target = rig.NewPath("out");
        string there = target + tree;
        Directory.CreateDirectory(there);
        File.WriteAllText(Path.Combine(there, "file"), "newer work");

        rig.Restore("latest", target).Status.ShouldBe(ExitStatus.Partial);
        File.ReadAllText(Path.Combine(there, "file")).ShouldBe("newer work");

        RestoreOperation.Run(rig.Context, new RestoreRequest(null, "latest", target, [], Overwrite: true), CancellationToken.None)
            .Status.ShouldBe(ExitStatus.Success);
        File.ReadAllText(Path.Combine(there, "file")).ShouldBe("saved");
    }

    [Fact]
    public void A_stopped_restore_tells_what_is_there_and_that_is_whole()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        for (int i = 0; i < 100; i++)
            File.WriteAllBytes(Path.Combine(tree, $"file{i}"), RandomNumberGenerator.GetBytes(1 << 20));
        rig.Backup(tree);
        using var stop = new CancellationTokenSource();
        rig.Wrap = transport => new StoppingTransport(transport, stop, reads: 150);
        string target = rig.NewPath("out");

        RestoreReport report = RestoreOperation.Run(rig.Context, new RestoreRequest(null, "latest", target, [], Overwrite: false), stop.Token);

        report.Status.ShouldBe(ExitStatus.Interrupted);
        report.Files.ShouldBeInRange(1, 99);
        string[] there = Directory.GetFiles(target + tree);
        there.Length.ShouldBe((int)report.Files);
        foreach (string file in there)
            File.ReadAllBytes(file).ShouldBe(File.ReadAllBytes(Path.Combine(tree, Path.GetFileName(file))));
        rig.Wrap = static transport => transport;
        RestoreOperation.Run(rig.Context, new RestoreRequest(null, "latest", target, [], Overwrite: true), CancellationToken.None)
            .Status.ShouldBe(ExitStatus.Success);
        TreeComparer.Compare(tree, target + tree).ShouldBeEmpty();
    }

    [Fact]
    public void A_stopped_verify_calls_nothing_intact()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        for (int i = 0; i < 100; i++)
            File.WriteAllBytes(Path.Combine(tree, $"file{i}"), RandomNumberGenerator.GetBytes(1 << 20));
        rig.Backup(tree);
        using var stop = new CancellationTokenSource();
        rig.Wrap = transport => new StoppingTransport(transport, stop, reads: 150);

        VerifyReport report = VerifyOperation.Run(rig.Context, new VerifyRequest(null, "latest"), stop.Token);

        report.Status.ShouldBe(ExitStatus.Interrupted);
        report.Files.ShouldBeInRange(1, 99);
    }

    [Fact]
    public void The_catalog_is_made_anew_from_the_tape_alone()
    {
        using var rig = new Rig();
        string tree = rig.Tree("hard");
        HardTree.Create(tree, seed: 7);
        rig.Backup(tree);
        File.WriteAllText(Path.Combine(tree, "later"), "x");
        rig.Backup(tree);
        string before = Dump(rig);
        File.Delete(rig.Context.CatalogPath);

        RebuildReport report = CatalogOperations.Rebuild(rig.Context, null, CancellationToken.None);

        report.Status.ShouldBe(ExitStatus.Success);
        report.Notes.ShouldBeEmpty();
        Dump(rig).ShouldBe(before);
        rig.ShouldRestore("latest", tree);
    }

    [Fact]
    public void A_tape_that_the_catalog_does_not_know_is_read_before_it_is_appended_to()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllText(Path.Combine(tree, "a"), "1");
        string first = rig.Backup(tree).Backup.Id;
        File.Delete(rig.Context.CatalogPath);
        File.WriteAllText(Path.Combine(tree, "b"), "2");

        string second = rig.Backup(tree).Backup.Id;

        CatalogOperations.List(rig.Context).Select(backup => backup.Id).ShouldBe([first, second]);
        rig.Notes.ShouldContain(note => note.Contains("1 backup", StringComparison.Ordinal));
        rig.Verify(first).Status.ShouldBe(ExitStatus.Success);
        rig.Verify(second).Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void A_full_tape_ends_the_backup_and_keeps_what_was_saved()
    {
        using var rig = new Rig(capacityBytes: 64 << 20, earlyWarningBytes: 24 << 20);
        string tree = rig.Tree("tree");
        for (int i = 0; i < 80; i++)
            File.WriteAllBytes(Path.Combine(tree, $"file{i:D2}"), RandomNumberGenerator.GetBytes(1 << 20));

        BackupReport report = rig.Backup(tree);

        report.Status.ShouldBe(ExitStatus.TapeFull);
        report.Reason.ShouldNotBeNull().ShouldContain("CAP001L9");
        report.Backup.State.ShouldBe("incomplete");
        report.Backup.Files.ShouldBeInRange(5, 60);
        rig.Verify().Status.ShouldBe(ExitStatus.Success);
        string target = rig.NewPath("out");
        // The file in whose middle the backup ended was told then; the tape is not damaged.
        rig.Restore("latest", target).Status.ShouldBe(report.Problems.Count > 0 ? ExitStatus.Partial : ExitStatus.Success);
        int whole = Directory.GetFiles(target + tree, "file??").Length;
        whole.ShouldBeGreaterThanOrEqualTo((int)report.Backup.Files - 1);
        foreach (string file in Directory.GetFiles(target + tree, "file??"))
            File.ReadAllBytes(file).ShouldBe(File.ReadAllBytes(Path.Combine(tree, Path.GetFileName(file))));

        OperationException again = Should.Throw<OperationException>(() => rig.Backup(tree));
        again.Status.ShouldBe(ExitStatus.TapeFull);
        rig.InsertCartridge("CAP002L9", eject: true);
        rig.Backup(Path.Combine(tree, "file00")).Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void Cancelling_closes_the_tape_file_as_incomplete_and_keeps_what_went_before()
    {
        using var rig = new Rig();
        string first = rig.Tree("first");
        File.WriteAllText(Path.Combine(first, "kept"), "kept");
        string kept = rig.Backup(first).Backup.Id;
        string tree = rig.Tree("tree");
        for (int i = 0; i < 40; i++)
            File.WriteAllBytes(Path.Combine(tree, $"file{i:D2}"), RandomNumberGenerator.GetBytes(1 << 20));
        using var cancellation = new CancellationTokenSource();
        rig.OnPhase = what =>
        {
            if (what.Contains("archive", StringComparison.Ordinal))
                cancellation.Cancel();
        };

        BackupReport report = rig.Backup(cancellation.Token, tree);

        report.Status.ShouldBe(ExitStatus.Interrupted);
        report.Backup.State.ShouldBe("incomplete");
        rig.OnPhase = static _ => { };
        rig.ShouldRestore(kept, first);
        rig.ShouldRestore(rig.Backup(tree).Backup.Id, tree);
    }

    private static string Dump(Rig rig)
    {
        var lines = new List<string>();
        foreach (BackupSummary backup in CatalogOperations.List(rig.Context))
        {
            lines.Add($"{backup.Uuid} {backup.Started:O} {backup.Finished:O} {backup.Host} {backup.User} {string.Join('|', backup.Sources)} {backup.State} "
                + $"{backup.Files} {backup.Directories} {backup.Others} {backup.Problems} {backup.ContentBytes} {backup.ArchiveBytes} {string.Join('|', backup.Tapes)}");
            CatalogOperations.Show(rig.Context, backup.Id,
                line => lines.Add($"{line.Path} {line.Kind} {line.State} {line.Mode} {line.Uid} {line.Gid} {line.Size} {line.Modified:O} {line.LinkTarget} {line.Hash} {line.ObjectId}"),
                problem => lines.Add($"{problem.Path}: {problem.Text}"));
        }

        return string.Join('\n', lines);
    }
}
