using Capstan.Backup.Engine;
using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Backup.Tests.Engine;

/// <summary>Every kind of fault at every early occurrence of every command of a backup, and a tape that ends at every place.</summary>
public sealed class FaultSweepTests
{
    private const int Occurrences = 14;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Kinds => ["reset", "changed", "medium", "hardware", "aborted", "lost before", "lost after"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_fault_anywhere_ends_in_recovery_or_in_a_clear_error(string kind)
    {
        var findings = new List<string>();
        foreach (byte operationCode in (byte[])
            [
                TestUnitReady.OperationCode, Rewind.OperationCode, Read6.OperationCode, Write6.OperationCode, WriteFilemarks6.OperationCode,
                Space6.OperationCode, Locate10.OperationCode, ReadPosition.OperationCode, LogSense.OperationCode, ModeSense10.OperationCode,
            ])
        {
            for (int occurrence = 1; occurrence <= Occurrences; occurrence++)
                Try(Make(kind, occurrence, operationCode), $"{operationCode:X2}h {kind} #{occurrence}", findings);
        }

        findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(300_000)]
    [InlineData(1_000_000)]
    public void A_tape_may_end_anywhere(long earlyWarningBytes)
    {
        var findings = new List<string>();
        for (long capacity = 262_144L * 2; capacity < 262_144L * 16; capacity += 65_536)
        {
            if (earlyWarningBytes < capacity)
                Fill(capacity, earlyWarningBytes, findings);
        }

        findings.ShouldBeEmpty();
    }

    private static Fault Make(string kind, int occurrence, byte operationCode) => kind switch
    {
        "reset" => DoubtTests.Answer(occurrence, operationCode, SenseKey.UnitAttention, SenseCode.PowerOnResetOrBusDeviceResetOccurred),
        "changed" => DoubtTests.Answer(occurrence, operationCode, SenseKey.UnitAttention, SenseCode.NotReadyToReadyChangeMediumMayHaveChanged),
        "medium" => DoubtTests.Answer(occurrence, operationCode, SenseKey.MediumError, SenseCode.WriteError),
        "hardware" => DoubtTests.Answer(occurrence, operationCode, SenseKey.HardwareError, SenseCode.InternalTargetFailure),
        "aborted" => DoubtTests.Answer(occurrence, operationCode, SenseKey.AbortedCommand, SenseCode.ScsiParityError),
        "lost before" => new Fault(occurrence, operationCode) { Throw = TransportFault.Lost },
        _ => new Fault(occurrence, operationCode) { Throw = TransportFault.Lost, ReachesDevice = true },
    };

    private static void Try(Fault fault, string what, List<string> findings)
    {
        using var rig = new EngineRig();
        rig.MakeFiles(2, 300_000);
        (BackupOutcome? got, Exception? thrown) = Attempt(() => rig.Backup(default, fault));
        int restorable = rig.Catalog.ListBackups().Count(backup => backup.IsRestorable);
        if (thrown is not (null or IOException))
            findings.Add($"{what}: {thrown.GetType().Name}: {thrown.Message}");
        if (got is null && restorable != 0)
            findings.Add($"{what}: failed, but is recorded: {thrown?.Message}");
        if (got is not null && restorable != 1)
            findings.Add($"{what}: returned, but is not recorded");
        try
        {
            if (got is not null && rig.Restore(got.Backup).Count != 2)
                findings.Add($"{what}: does not restore");
            if (rig.Restore(rig.Backup().Backup).Count != 2)
                findings.Add($"{what}: the next backup does not restore");
            int known = rig.Catalog.ListBackups().Count(backup => backup.IsRestorable);
            int found = rig.Rebuild().Imported.Count;
            if (known != found)
                findings.Add($"{what}: the catalog knows {known}, the tape has {found} ({thrown?.Message})");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            findings.Add($"{what}: later {e.GetType().Name}: {e.Message} (first: {thrown?.Message})");
        }
    }

    private static void Fill(long capacity, long earlyWarningBytes, List<string> findings)
    {
        string what = $"capacity {capacity}, early warning {earlyWarningBytes}";
        using var rig = new EngineRig(capacity, earlyWarningBytes);
        rig.MakeFiles(2, 300_000);
        for (int run = 0; run < 2; run++)
        {
            (_, Exception? thrown) = Attempt(() => rig.Backup());
            if (thrown is not (null or MediaException))
                findings.Add($"{what}, run {run}: {thrown.GetType().Name}: {thrown.Message}");
            foreach (BackupInfo backup in rig.Catalog.ListBackups().Where(backup => backup.IsRestorable))
            {
                if (rig.Verify(backup.Uuid).DamagedFiles > 0)
                    findings.Add($"{what}, run {run}: a {backup.State} backup is damaged");
            }
        }

        (_, Exception? rebuilt) = Attempt(() =>
        {
            int listed = rig.Catalog.ListBackups().Count(backup => backup.IsRestorable && backup.Parts[0].ManifestUuid is not null);
            rig.Rebuild().Imported.Count.ShouldBe(listed, what);
            return listed;
        });
        // A tape on which not even the label had room is blank.
        if (rebuilt is not (null or MediaException))
            findings.Add($"{what}: rebuild {rebuilt.GetType().Name}: {rebuilt.Message}");
    }

    private static (T? Result, Exception? Thrown) Attempt<T>(Func<T> action)
    {
        var task = Task.Run(action);
        try
        {
            return task.Wait(Patience) ? (task.Result, null) : throw new TimeoutException("it hangs");
        }
        catch (AggregateException e)
        {
            return (default, e.InnerException);
        }
    }
}
