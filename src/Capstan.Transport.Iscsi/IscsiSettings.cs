namespace Capstan.Transport.Iscsi;

/// <summary>Whether headers are protected by CRC32C beside TCP's weak checksum.</summary>
public enum IscsiHeaderDigest
{
    None,

    /// <summary>Where the target agrees.</summary>
    Preferred,

    /// <summary>Nothing else is offered to the target.</summary>
    Required,
}

/// <summary>Names and secrets for one target (RFC 7143 9.2.1). A class, so that no record prints a secret.</summary>
public sealed class IscsiChap
{
    /// <summary>Target name; <see cref="AnyTarget"/> for those that no other entry names; <see cref="Discovery"/> for a portal that is asked for its targets.</summary>
    public required string Target { get; init; }

    public required string User { get; init; }

    public required string Secret { get; init; }

    /// <summary>The name by which the target proves itself to us; null when only we prove ourselves.</summary>
    public string? TargetUser { get; init; }

    public string? TargetSecret { get; init; }

    public const string AnyTarget = "*";
    public const string Discovery = "discovery";
}

/// <summary>
/// Names and secrets by which initiators prove themselves to a virtual library that is served, and its targets to them. A class, so
/// that no record prints a secret.
/// </summary>
public sealed class IscsiServeChap
{
    /// <summary>Name of the library; <see cref="AnyLibrary"/> for those that no other entry names.</summary>
    public required string Library { get; init; }

    /// <summary>The initiator's.</summary>
    public required string User { get; init; }

    public required string Secret { get; init; }

    /// <summary>The name by which the target proves itself to those who ask for it; null when it cannot.</summary>
    public string? TargetUser { get; init; }

    public string? TargetSecret { get; init; }

    public const string AnyLibrary = "*";
}

/// <summary>How sessions are made, and who may make one with what we serve.</summary>
public sealed class IscsiSettings
{
    /// <summary>
    /// Who we are to the target. Its access list may have to name it. The top-level domain "internal" belongs to nobody.
    /// </summary>
    public string InitiatorName { get; init; } = DefaultInitiatorName(Environment.MachineName);

    public IscsiHeaderDigest HeaderDigest { get; init; }

    public IReadOnlyList<IscsiChap> Chap { get; init; } = [];

    /// <summary>For virtual libraries that are served.</summary>
    public IReadOnlyList<IscsiServeChap> Serve { get; init; } = [];

    /// <summary>For connecting and logging in, once.</summary>
    public TimeSpan LoginTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a lost connection is tried to be made again before a command fails.</summary>
    public TimeSpan ReconnectPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two looks at a session on which no command runs: the target's pings are answered then.</summary>
    public TimeSpan IdleServiceInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What initiators of a served library prove themselves with; null when everybody may log in.</summary>
    public IscsiServeChap? ServeFor(string library) =>
        Serve.FirstOrDefault(entry => entry.Library == library) ?? Serve.FirstOrDefault(static entry => entry.Library == IscsiServeChap.AnyLibrary);

    internal IscsiChap? ChapFor(string target) =>
        Chap.FirstOrDefault(entry => entry.Target == target) ?? Chap.FirstOrDefault(entry => entry.Target == IscsiChap.AnyTarget);

    internal static string DefaultInitiatorName(string machine)
    {
        string name = new([.. machine.ToLowerInvariant().Where(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-').Take(100)]);
        return "iqn.2026-11.internal.capstan:" + (name.Length == 0 ? "host" : name);
    }
}
