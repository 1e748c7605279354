namespace Capstan.Conformance.Ssc;

/// <summary>What SPACE(6) and SPACE(16) share (SSC-4 6.6, 7.12). Layout: blocks 0 1 2, filemark 3, blocks 4 5 6, filemark 7, end of data 8.</summary>
public abstract class SpaceConformance(ITargetFixture fixture) : TapeConformance(fixture)
{
    /// <summary>Sends the form under test. Code 0 blocks, 1 filemarks, 2 sequential filemarks, 3 end of data.</summary>
    protected abstract Reply Space(TargetDevice device, int code, long count);

    /// <summary>From an object on, spaces and compares the answer and where the tape stands then.</summary>
    protected void SpaceFrom(TargetDevice device, long from, int code, long count, string outcome, long to)
    {
        ArgumentNullException.ThrowIfNull(device);
        device.WriteTwoFiles();
        if (from == 8)
            device.Space(3, 0).Good();
        else if (from > 0)
            GoTo(device, (int)from);
        device.ShouldStandAt(from, "before the command");
        string seen = Space(device, code, count).Outcome;
        (seen, device.Position()).ShouldBe((outcome, to), $"from object {from}, code {code}, count {count}");
    }

    // By reading, so that a target's SPACE is not judged by itself.
    private static void GoTo(TargetDevice device, int objectId)
    {
        for (int i = 0; i < objectId; i++)
            device.Read(600, sili: true);
    }
}
