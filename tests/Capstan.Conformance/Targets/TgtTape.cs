namespace Capstan.Conformance.Targets;

/// <summary>What the tape drive of tgt 1.0.85 does not do, whatever path leads to it.</summary>
public static class TgtTape
{
    /// <summary>T10 VENDOR IDENTIFICATION of its units.</summary>
    public const string Vendor = "IET";

    public static Declarations Declared() => new();
}
