using System.Runtime.CompilerServices;

namespace Capstan.Conformance;

/// <summary>What all conformance classes share: a target in a known state, and what a failure means for it.</summary>
/// <param name="fixture">The target.</param>
public abstract class ConformanceClass(ITargetFixture fixture)
{
    private const int MaxUnitAttentions = 8;
    private const string Ending = "Conformance";

    /// <summary>The target.</summary>
    protected ITargetFixture Fixture { get; } = fixture;

    /// <summary>
    /// Runs one check. Not declared: it must pass. Declared as lacking: it must fail, which is then a skip with the reason.
    /// </summary>
    /// <param name="clause">What the standard says where.</param>
    /// <param name="check">Throws when the target does otherwise.</param>
    /// <param name="method">The check's name within the class.</param>
    /// <param name="file">Gives the class' name.</param>
    protected void Check(string clause, Action<TargetDevice> check, [CallerMemberName] string method = "", [CallerFilePath] string file = "")
    {
        ArgumentNullException.ThrowIfNull(check);
        string stem = Path.GetFileNameWithoutExtension(file);
        string name = (stem.EndsWith(Ending, StringComparison.Ordinal) ? stem[..^Ending.Length] : stem) + "." + method;
        if (Fixture.Absence is { } absence)
            Assert.Skip(absence);
        Assert.SkipUnless(Fixture.AllowsDataLoss, $"{Fixture.Target}: the tape in it must not be overwritten");
        string? reason = Fixture.Declarations.ReasonFor(name);
        if (Fixture.Declarations.MustNotBeTried(name))
        {
            Measured.Add(Fixture.Target, name, clause, Measured.No, reason!);
            Assert.Skip($"{Fixture.Target} does not survive {name} ({clause}): {reason}");
        }
        try
        {
            var device = new TargetDevice(Fixture.Transport);
            Prepare(device);
            check(device);
        }
        catch (NotApplicableException e)
        {
            reason.ShouldBeNull($"{name} is declared as lacking, and cannot even be tried: {e.Message}");
            Measured.Add(Fixture.Target, name, clause, Measured.NotApplicable, e.Message);
            Assert.Skip($"{name} does not apply to {Fixture.Target}: {e.Message}");
        }
        catch (Exception e) when (reason is not null)
        {
            string seen = string.Join(' ', e.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            Measured.Add(Fixture.Target, name, clause, Measured.No, reason);
            Assert.Skip($"{Fixture.Target} lacks {name} ({clause}): {reason} [{seen}]");
        }
        catch (Exception)
        {
            Measured.Add(Fixture.Target, name, clause, Measured.Failed, "");
            throw;
        }
        reason.ShouldBeNull($"{name} is declared as lacking on {Fixture.Target}, but it passes: take the declaration out. The declared reason");
        Measured.Add(Fixture.Target, name, clause, Measured.Yes, "");
    }

    /// <summary>Says inside a check that there is nothing to try.</summary>
    protected static void DoesNotApply(bool condition, string reason)
    {
        if (condition)
            throw new NotApplicableException(reason);
    }

    /// <summary>Brings the target to where every check begins.</summary>
    protected abstract void Prepare(TargetDevice device);

    /// <summary>Hears unit attentions out; the answer to the last TEST UNIT READY.</summary>
    protected static Reply Drain(TargetDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        Reply reply = device.Send("00 00 00 00 00 00");
        for (int i = 0; i < MaxUnitAttentions && reply.Outcome.StartsWith("6/", StringComparison.Ordinal); i++)
            reply = device.Send("00 00 00 00 00 00");
        return reply;
    }
}

/// <summary>Conformance of a tape drive: begins with a loaded tape at its beginning, variable blocks, nothing pending.</summary>
public abstract class TapeConformance(ITargetFixture fixture) : ConformanceClass(fixture)
{
    /// <inheritdoc/>
    protected override void Prepare(TargetDevice device)
    {
        if (Drain(device).Outcome.StartsWith("2/", StringComparison.Ordinal))
        {
            device.Send("1B 00 00 00 01 00");
            Drain(device);
        }
        device.SetBlockLength(0).Good();
        device.Rewind();
    }
}

/// <summary>Conformance of a media changer.</summary>
public abstract class ChangerConformance(ITargetFixture fixture) : ConformanceClass(fixture)
{
    /// <inheritdoc/>
    protected override void Prepare(TargetDevice device) => Drain(device).Good();
}

/// <summary>The check has no meaning for this target.</summary>
public sealed class NotApplicableException(string reason) : Exception(reason);
