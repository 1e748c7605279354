using System.Text;
using Capstan.Drive;
using Capstan.Emulation.Faults;
using Capstan.Emulation.Library;
using Capstan.Operations.Encryption;
using Capstan.Scsi;

namespace Capstan.Operations.Tests;

/// <summary>
/// A backup that is encrypted and protected, and a drive that is reset at each of its commands in turn. It goes on and restores byte by byte, or
/// it stops; in neither case is anything on the tape in clear, nor a block that came without its checksum.
/// </summary>
public sealed class ResetSweepTests(ITestOutputHelper output)
{
    /// <summary>On tape only where something was written in clear.</summary>
    private const string Plain = "this-must-not-be-readable-without-the-key ";

    private static readonly Dictionary<string, DriveFault> Resets = new()
    {
        ["29/00"] = DriveFaults.Reset(SenseCode.PowerOnResetOrBusDeviceResetOccurred),
        ["29/01, buffer lost"] = DriveFaults.PowerLoss,
        // The nexus was lost, and nothing else: the drive has its key still.
        ["29/07"] = DriveFaults.Reset(SenseCode.ITNexusLossOccurred) with { Happening = DriveHappening.None },
    };

    [Theory]
    [InlineData("29/00", false)]
    [InlineData("29/00", true)]
    [InlineData("29/01, buffer lost", true)]
    [InlineData("29/07", false)]
    public void Nothing_is_in_clear_and_nothing_unprotected(string reset, bool isBlank)
    {
        int met = 0, complete = 0;
        for (int command = 1; ; command++)
        {
            var plan = new DriveFaultPlan().Add(Resets[reset] with { Command = command });
            bool isStored = Round(plan, isBlank, isRequired: true, $"{reset} instead of command {command}");
            if (plan.Struck == 0)
                break;
            met++;
            complete += isStored ? 1 : 0;
        }

        output.WriteLine($"{met} commands met, {complete} backups complete");
        met.ShouldBeGreaterThan(isBlank ? 35 : 45);
        // Without its key the drive gets no block; behind the last one nothing needs it.
        if (reset == "29/07")
            complete.ShouldBeGreaterThan(met / 3);
        else
            complete.ShouldBeInRange(1, met / 4);
    }

    /// <summary>
    /// Without --encrypted as well, from the moment that the drive was asked for the first time. A reset that met it before looks like a drive
    /// that never had a key.
    /// </summary>
    [Fact]
    public void A_key_that_was_seen_once_is_held_to()
    {
        const int commandsOfOpening = 3;
        for (int command = commandsOfOpening + 1; ; command++)
        {
            var plan = new DriveFaultPlan().Add(Resets["29/00"] with { Command = command });
            Round(plan, isBlank: true, isRequired: false, $"command {command}");
            if (plan.Struck == 0)
                break;
        }
    }

    private static bool Round(DriveFaultPlan plan, bool isBlank, bool isRequired, string what)
    {
        using var rig = new Rig();
        Directory.Delete(rig.LibraryPath, recursive: true);
        VirtualLibrary.Create(rig.LibraryPath, new LibraryOptions { CartridgeCount = 1, IsSynchronous = false });
        string key = rig.NewPath("key");
        KeyFile.Generate(key, "sweep");
        try
        {
            GiveKey(rig, key);
            string before = Tree(rig, "before", 20_000);
            string? first = isBlank ? null : Backup(rig, before).Backup.Id;
            string tree = Tree(rig, "tree", 900_000);
            rig.Faults = plan;
            bool isStored = false;
            try
            {
                BackupReport report = Backup(rig, tree, isRequired);
                isStored = report.Status == ExitStatus.Success;
                report.Backup.Encrypted.ShouldBeTrue(what);
                report.Protection.ShouldBe("CRC32C", what);
            }
            catch (OperationException e)
            {
                e.Message.Length.ShouldBeGreaterThan(20, what);
            }

            rig.Faults = null;
            Contains(rig.CartridgePath, Encoding.ASCII.GetBytes(Plain)).ShouldBeFalse($"{what}: content is on the tape in clear");
            Contains(rig.CartridgePath, "ustar"u8).ShouldBeFalse($"{what}: a header is on the tape in clear");
            GiveKey(rig, key);
            EveryBlockIsOurs(rig, what);
            if (first is not null)
                rig.ShouldRestore(first, before);
            if (isStored)
                rig.ShouldRestore("latest", tree);
            string after = Tree(rig, "after", 30_000);
            Backup(rig, after);
            rig.ShouldRestore("latest", after);
            return isStored;
        }
        catch (Exception e) when (e is OperationException or TapeException)
        {
            throw new InvalidOperationException($"{what}: {e.Message}", e);
        }
        finally
        {
            rig.Faults = null;
            EncryptionOperation.Set(rig.Context, new EncryptionRequest(null, EncryptionChoice.Off));
        }
    }

    private static BackupReport Backup(Rig rig, string tree, bool isRequired = true) =>
        BackupOperation.Run(rig.Context, new BackupRequest(null, [tree], [], false, null, Protect: true, Encrypted: isRequired), CancellationToken.None);

    private static void GiveKey(Rig rig, string path)
    {
        using ReadKey key = KeyFile.Read(path, rig.Notes.Add);
        EncryptionOperation.Set(rig.Context, new EncryptionRequest(null, EncryptionChoice.On, key));
    }

    /// <summary>Reads the tape without protection: a block that a drive took with its checksum has it still, and is as much too long.</summary>
    private static void EveryBlockIsOurs(Rig rig, string what)
    {
        using TapeDrive drive = TapeDrive.Open(VirtualLibrary.OpenDrive(rig.LibraryPath, "virtual:test"));
        drive.WaitUntilReady();
        drive.Rewind();
        byte[] buffer = new byte[512 << 10];
        for (long id = 0; ; id++)
        {
            ReadOutcome outcome = drive.Read(buffer);
            if (outcome.Kind == ReadKind.EndOfData)
                return;
            if (outcome.Kind == ReadKind.Filemark)
                continue;
            outcome.Kind.ShouldBe(ReadKind.Block, $"{what}: object {id}");
            outcome.Length.ShouldBeLessThanOrEqualTo(256 << 10, $"{what}: object {id}");
            BlockProtection.Matches(ProtectionMethod.Crc32C, buffer.AsSpan(0, outcome.Length)).ShouldBeFalse($"{what}: object {id} ends with its checksum");
        }
    }

    private static bool Contains(string path, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] all = new byte[file.Length];
        file.ReadExactly(all);
        return all.AsSpan().IndexOf(bytes) >= 0;
    }

    private static string Tree(Rig rig, string name, int bytes)
    {
        string tree = rig.Tree(name);
        var text = new StringBuilder(bytes + Plain.Length);
        while (text.Length < bytes)
            text.Append(Plain).Append(text.Length).Append('\n');
        File.WriteAllText(Path.Combine(tree, name + "-file"), text.ToString());
        return tree;
    }
}
