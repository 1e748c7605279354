using System.Security.Cryptography;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>The path to the drive breaks once, at each command of a backup, of a restore and of a verification in turn.</summary>
public sealed class ResumeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_backup_goes_on_wherever_the_path_breaks_in_its_stream(bool isCarriedOut)
    {
        using var rig = new Rig();
        string tree = Tree(rig, 2_000_000);
        rig.ShouldRestore(rig.Backup(tree).Backup.Id, tree);
        int recovered = 0;
        for (int command = 1; ; command++)
        {
            var cut = default(Cut);
            rig.Notes.Clear();
            rig.Wrap = inner => cut = new Cut(inner, command, isCarriedOut);
            BackupReport? report = null;
            try
            {
                report = rig.Backup(tree);
                report.Status.ShouldBe(ExitStatus.Success);
            }
            catch (OperationException e)
            {
                // While the drive is opened and asked what it is nothing is lost by starting again.
                e.Status.ShouldBe(ExitStatus.Device);
                cut!.HasWritten.ShouldBeFalse($"command {command}: {e.Message}");
            }

            bool isOver = !cut!.IsDone;
            rig.Wrap = static inner => inner;
            if (isOver)
                break;
            if (report is null || !rig.Notes.Exists(static note => note.StartsWith("virtual:test: the connection was lost in ", StringComparison.Ordinal)))
                continue;
            rig.ShouldRestore(report.Backup.Id, tree);
            recovered++;
        }

        recovered.ShouldBeGreaterThan(5);
        CatalogOperations.List(rig.Context).ShouldAllBe(static backup => backup.State != "interrupted");
    }

    [Fact]
    public void Restoring_and_verifying_go_on_wherever_the_path_breaks_in_the_data()
    {
        using var rig = new Rig();
        string tree = Tree(rig, 2_000_000);
        string id = rig.Backup(tree).Backup.Id;
        int recovered = 0;
        for (int command = 1; command < 40; command += 2)
        {
            var cut = default(Cut);
            rig.Notes.Clear();
            rig.Wrap = inner => cut = new Cut(inner, command, isCarriedOut: true);
            try
            {
                rig.ShouldRestore(id, tree);
                rig.Verify(id).Status.ShouldBe(ExitStatus.Success);
            }
            catch (OperationException e)
            {
                e.Status.ShouldBe(ExitStatus.Device);
                cut!.HasRead.ShouldBeFalse($"command {command}: {e.Message}");
            }

            recovered += rig.Notes.Count(static note => note.Contains("is sent again", StringComparison.Ordinal));
        }

        recovered.ShouldBeGreaterThan(10);
    }

    private static string Tree(Rig rig, int bytes)
    {
        string tree = rig.Tree("tree");
        File.WriteAllBytes(Path.Combine(tree, "data"), RandomNumberGenerator.GetBytes(bytes));
        File.WriteAllText(Path.Combine(tree, "text"), "text");
        return tree;
    }

    /// <summary>Breaks at one command, and comes back when asked to.</summary>
    private sealed class Cut(IScsiTransport inner, int command, bool isCarriedOut) : IScsiTransport, ITransportRecovery
    {
        private int _count;
        private bool _isBroken;

        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ITransportRecovery Recovery => this;

        public bool HearsEveryUnitAttention => true;

        public bool IsDone => _count >= command;

        public bool HasWritten { get; private set; }

        public bool HasRead { get; private set; }

        public bool TryReconnect(out string problem)
        {
            _isBroken = false;
            problem = "";
            return true;
        }

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            if (_isBroken)
                throw new ScsiTransportException(TransportFault.Lost, $"{Name}: still cut");
            HasWritten |= cdb.OperationCode == Write6.OperationCode;
            HasRead |= cdb.OperationCode == Read6.OperationCode;
            _isBroken = ++_count == command;
            ScsiCompletion completion = !_isBroken || isCarriedOut ? inner.Execute(cdb, data, sense, timeout) : default;
            return _isBroken ? throw new ScsiTransportException(TransportFault.Lost, $"{Name}: cut at command {command} ({cdb})") : completion;
        }

        public void Dispose() => inner.Dispose();
    }
}
