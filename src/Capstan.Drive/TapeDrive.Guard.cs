using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <remarks>
/// Before it writes, the driver makes sure that nobody else moved the tape; docs/decisions/0017. A burst of writes ends with a
/// pause, with <see cref="BurstBytes"/>, or with a command of another driver of this machine.
/// </remarks>
public sealed partial class TapeDrive
{
    /// <summary>After a pause of this length somebody else may have had the drive: rewinding takes longer than this.</summary>
    internal static readonly TimeSpan BurstPause = TimeSpan.FromMilliseconds(200);

    /// <summary>As much is written at most between two questions where the tape stands, in bytes.</summary>
    internal const long BurstBytes = 64L << 20;

    /// <summary>So many pauses long the other driver may go on before this one gives up: ten seconds.</summary>
    private const int QuietTries = 50;

    private IDeviceNeighbours? _neighbours;
    private long _activity;
    private long _lastWriteAt;
    private long _burstBytes;
    // Of an unexamined drive, found out by its answer; ReportsPosition is what a model is known for. Why both: docs/decisions/0017.
    private bool _tellsPosition = true;

    /// <summary>Processes of this machine that hold a node of the drive open, the kernel's tape driver's among them.</summary>
    public IReadOnlyList<DeviceUser> FindOtherUsers() => _neighbours?.FindUsers() ?? [];

    /// <summary>
    /// Keeps the kernel's tape driver off the drive until this object is disposed. Before the medium is looked at: what that driver
    /// does then (a unit attention that it hears, a block length that it sets) is found when the drive is made ready.
    /// </summary>
    public DeviceHold HoldAgainstOthers() => _neighbours?.Hold() ?? DeviceHold.None;

    /// <summary>A stream of writes begins at a position that was just asked for.</summary>
    private void BeginBurst(TapePosition position)
    {
        _tellsPosition = IsPlausible(position);
        BeginBurst();
    }

    /// <summary>The tape was just moved by this driver, and stands where it is known to.</summary>
    private void BeginBurst()
    {
        _activity = _neighbours?.ReadActivity() ?? 0;
        _burstBytes = 0;
        _lastWriteAt = _time.GetTimestamp();
    }

    /// <summary>Before each write. Asks the drive only when a burst has ended; otherwise two small reads of the kernel's counters.</summary>
    private void GuardWrite(int lengthBytes)
    {
        long activity = _neighbours?.ReadActivity() ?? 0;
        bool wasUsed = activity != _activity;
        // One look at the clock a write, at its beginning: a write that itself took long ends the burst as well, which costs one question.
        long now = _time.GetTimestamp();
        TimeSpan since = _time.GetElapsedTime(_lastWriteAt, now);
        _lastWriteAt = now;
        if (!wasUsed && _burstBytes < BurstBytes && since < BurstPause && (_isProtectionSure || !IsProtecting) && (_isEncryptionSure || !IsEncrypting))
        {
            _burstBytes += lengthBytes;
            return;
        }

        bool isQuiet = !wasUsed || AwaitQuiet(ref activity);
        Verify(wasUsed);
        ConfirmProtection();
        ConfirmKey();
        if (wasUsed)
        {
            ThrowIfShared(isQuiet);
            // It may have set another block length (mt setblk), which the drive tells nobody on the same path.
            if (FixedBlockLengthBytes > 0)
                SetBlockLength(FixedBlockLengthBytes);
        }

        // What was running when the counter was read may have ended meanwhile, behind the answer: then it is looked at again.
        _activity = activity;
        _burstBytes = lengthBytes;
    }

    /// <summary>
    /// Waits until the other driver rests. A program is a row of commands (mt asks for the status, and then rewinds): between two of
    /// them the tape stands where it should, and the next one would slip in before our write.
    /// </summary>
    private bool AwaitQuiet(ref long activity)
    {
        for (int i = 0; i < QuietTries; i++)
        {
            Thread.Sleep(BurstPause);
            long now = _neighbours!.ReadActivity();
            if (now == activity)
                return true;
            activity = now;
        }

        return false;
    }

    private void ThrowIfShared(bool isQuiet)
    {
        IReadOnlyList<DeviceUser> users = FindOtherUsers();
        if (isQuiet && users.Count == 0)
            return;
        string who = users.Count > 0 ? string.Join("; ", users) : "the kernel's tape driver (st) sends it one command after the other";
        _nextObjectId = null;
        throw new TapeWriteException(
            $"{Name}: somebody else began to use this drive while it was written to: {who}. Its next command could move the tape under a write. End it, then start again. Nothing more was written. Objects from {_durableObjectId} on are not to be trusted; those before are safe.",
            _durableObjectId, null) { IsMoved = true };
    }

    /// <summary>Compares where the drive says it stands with what was written.</summary>
    private TapePosition Verify(bool wasUsed)
    {
        long expected = _nextObjectId!.Value;
        TapePosition position;
        try
        {
            position = ReportsPosition ? AskPosition() : Counted(expected);
        }
        catch (TapeException e) when (e is not TapeWriteException)
        {
            _nextObjectId = null;
            throw Suspect(e, e.Sense);
        }

        // A counted position is what was written by definition: it proves nothing about others.
        bool isTold = ReportsPosition && (_tellsPosition || IsPlausible(position));
        if (isTold ? position.ObjectId == expected && position.Partition == _streamPartition : !wasUsed)
            return position;
        _nextObjectId = null;
        string what = isTold
            ? $"the tape stands at object {position.ObjectId}{In(position.Partition)}, but by what was written it should be {expected}{In(_streamPartition, position.Partition)}. A command was repeated or lost on the way, or somebody else moved this tape."
            : "the kernel's tape driver used this drive while it was written to, and the drive does not tell where its tape stands.";
        throw new TapeWriteException(
            $"{Name}: {what} {DescribeOthers(wasUsed)} Nothing more was written. Objects from {_durableObjectId} on are not to be trusted; those before are safe.",
            _durableObjectId, null) { IsMoved = true };
    }

    /// <summary>Partitions are worth a word where there are others than the first.</summary>
    private static string In(int partition, int other = 0) => partition == 0 && other == 0 ? "" : $" of partition {partition}";

    private string DescribeOthers(bool wasUsed)
    {
        IReadOnlyList<DeviceUser> users = FindOtherUsers();
        if (users.Count > 0)
            return string.Join("; ", users) + ": end it, then start again.";
        return wasUsed ? "The kernel's tape driver (st) sent commands to it; whoever did that holds it no longer."
            : "Nobody on this machine holds it open that this process may see: look for another host, or a program of another user.";
    }
}
