using System.Globalization;
using Capstan.Emulation.Faults;
using Capstan.Operations;
using Capstan.Operations.Tests;
using Capstan.Scsi;

namespace Capstan.Simulation.Tests;

/// <summary>
/// Backups on a drive that has a seeded fault at a seeded command, whichever that is: what counts as stored restores byte by byte, what
/// was stored before is still there, and the next backup works. Nothing hangs, nothing ends without a reason.
/// </summary>
/// <remarks>CAPSTAN_TEST_FAULTS sets how many (default 40), CAPSTAN_TEST_SEED the seed.</remarks>
public sealed class FaultyDriveTests(ITestOutputHelper output)
{
    private static readonly DriveFault[] Faults =
    [
        DriveFaults.Reset(),
        DriveFaults.Reset(SenseCode.PowerOnResetOrBusDeviceResetOccurred),
        DriveFaults.PowerLoss,
        DriveFaults.MediumChanged,
        DriveFaults.ModeParametersChanged,
        DriveFaults.ReservationsPreempted,
        DriveFaults.MicrocodeChanged,
        DriveFaults.BecomingReady(TimeSpan.FromMilliseconds(50)),
        DriveFaults.CleaningRequested,
        DriveFaults.WriteError,
        DriveFaults.PositioningError,
        DriveFaults.BlankCheck,
        DriveFaults.EndOfDataMissing,
        DriveFaults.VolumeOverflow,
        DriveFaults.HardwareError,
        DriveFaults.AbortedCommand,
        DriveFaults.Busy(1),
        DriveFaults.ReservationConflict with { Count = 1 },
        DriveFaults.NoAnswer(isCarriedOut: false),
        DriveFaults.NoAnswer(isCarriedOut: true),
    ];

    private static readonly byte[] Commands =
    [
        TestUnitReady.OperationCode, Rewind.OperationCode, Read6.OperationCode, Write6.OperationCode, Write6.OperationCode, Write6.OperationCode,
        WriteFilemarks6.OperationCode, Space6.OperationCode, Locate10.OperationCode, ReadPosition.OperationCode, LogSense.OperationCode,
        ModeSense10.OperationCode, ModeSelect10.OperationCode,
    ];

    [Fact]
    public void What_is_stored_restores_and_what_is_not_is_told()
    {
        int seed = Setting("CAPSTAN_TEST_SEED", 20261123);
        int rounds = Setting("CAPSTAN_TEST_FAULTS", 40);
        output.WriteLine($"{rounds} rounds, seed {seed} (CAPSTAN_TEST_SEED)");
        var random = new Random(seed);
        var findings = new List<string>();
        int struck = 0, stored = 0, failed = 0;
        for (int round = 0; round < rounds; round++)
        {
            DriveFault fault = Faults[random.Next(Faults.Length)];
            byte command = Commands[random.Next(Commands.Length)];
            fault = fault with { OperationCode = command, Command = 1 + random.Next(command == Write6.OperationCode ? 20 : 5) };
            string what = $"round {round} of seed {seed}: {fault.Name} at {fault.OperationCode:X2}h #{fault.Command}";
            try
            {
                (bool met, bool isStored) = Round(fault, random.Next());
                struck += met ? 1 : 0;
                stored += isStored ? 1 : 0;
                failed += isStored ? 0 : 1;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                findings.Add($"{what}: {e.GetType().Name}: {e.Message}");
            }
        }

        output.WriteLine($"{struck} met their command, {stored} backups stored, {failed} failed");
        findings.ShouldBeEmpty();
        struck.ShouldBeGreaterThan(rounds / 3);
        stored.ShouldBeGreaterThan(0);
        failed.ShouldBeGreaterThan(0);
    }

    private static (bool Met, bool IsStored) Round(DriveFault fault, int seed)
    {
        using var rig = new Rig();
        string before = Tree(rig, "before", seed, 100_000);
        string first = rig.Backup(before).Backup.Id;
        string during = Tree(rig, "during", seed + 1, 4_000_000);
        var plan = new DriveFaultPlan().Add(fault);
        rig.Faults = plan;
        string? id = null;
        try
        {
            BackupReport report = rig.Backup(during);
            id = report.Status == ExitStatus.Success ? report.Backup.Id : null;
            if (id is null && report.Reason is null)
                throw new InvalidOperationException($"status {report.Status} without a reason");
        }
        catch (OperationException e) when (e.Status is not ExitStatus.Success)
        {
            if (e.Message.Length < 20)
                throw new InvalidOperationException($"status {e.Status} with nothing said: {e.Message}", e);
        }

        rig.Faults = null;
        int restorable = CatalogOperations.List(rig.Context).Count(static backup => backup.State == "complete");
        if (restorable != (id is null ? 1 : 2))
            throw new InvalidOperationException($"{restorable} backups are listed as complete, and the backup {(id is null ? "failed" : "succeeded")}");
        rig.ShouldRestore(first, before);
        if (id is not null)
            rig.ShouldRestore(id, during);
        string after = Tree(rig, "after", seed + 2, 100_000);
        rig.ShouldRestore(rig.Backup(after).Backup.Id, after);
        return (plan.Struck > 0, id is not null);
    }

    private static string Tree(Rig rig, string name, int seed, int bytes)
    {
        string tree = rig.Tree(name);
        var random = new Random(seed);
        for (int i = 0; i < 4; i++)
        {
            byte[] content = new byte[bytes / 4];
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(tree, $"file-{i}"), content);
        }

        return tree;
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : usual;
}
