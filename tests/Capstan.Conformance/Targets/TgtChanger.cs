namespace Capstan.Conformance.Targets;

/// <summary>What the media changer of tgt 1.0.85 does not do, whatever path leads to it.</summary>
public static class TgtChanger
{
    public static Declarations Declared() => new();
}
