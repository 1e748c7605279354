using Capstan.Scsi;

namespace Capstan.Conformance;

/// <summary>What a target answered to one CDB.</summary>
/// <param name="Cdb">What was sent, for messages.</param>
/// <param name="Status">Status byte.</param>
/// <param name="Sense">Sense bytes; empty without CHECK CONDITION.</param>
/// <param name="Data">Data-in, cut by the residual.</param>
/// <param name="Residual">Bytes asked for and not transferred, or null where the transport does not tell.</param>
/// <param name="Buffer">Data-in as it is, for checks that do not depend on an honest residual.</param>
public sealed record Reply(string Cdb, ScsiStatus Status, byte[] Sense, byte[] Data, int? Residual, byte[] Buffer)
{
    /// <summary><c>GOOD</c>, or the sense as <see cref="RawSense.Describe"/> has it, or the status' name.</summary>
    public string Outcome => Status switch
    {
        ScsiStatus.Good => "GOOD",
        ScsiStatus.CheckCondition => RawSense.Describe(Sense),
        _ => Status.ToString(),
    };

    /// <summary>Must be GOOD; answers the data.</summary>
    public byte[] Good()
    {
        Outcome.ShouldBe("GOOD", Cdb);
        return Data;
    }

    /// <summary>Must be CHECK CONDITION with exactly this: <c>0/00/01 FM info=3</c>.</summary>
    public Reply Checks(string expected)
    {
        Outcome.ShouldBe(expected, Cdb);
        return this;
    }

    /// <summary>Must be ILLEGAL REQUEST, INVALID FIELD IN CDB.</summary>
    public Reply RefusesField() => Checks("5/24/00");
}
