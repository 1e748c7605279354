using Capstan.Operations;
using Capstan.Operations.Configuration;

namespace Capstan.Cli;

/// <summary>Which changer is meant, and who said so.</summary>
/// <param name="Device">As it was named; of a virtual library always with its <c>/changer</c>.</param>
/// <param name="PickedBy">"--changer", "CAPSTAN_CHANGER", "CHANGER", "default".</param>
/// <param name="Library">Name of the virtual library; null for a device node and for iSCSI.</param>
internal sealed record ChangerName(string Device, string PickedBy, string? Library)
{
    /// <summary>The changer of that name in the configuration; null where it was named by its device.</summary>
    public ConfiguredChanger? Configured { get; init; }

    public const string Option = "--changer";
    private const string Suffix = "/changer";

    /// <summary>Decides by <c>--changer</c>, CAPSTAN_CHANGER, CHANGER (which mtx has too) and the embedded library, in this order.</summary>
    /// <exception cref="OperationException">No changer can have that name.</exception>
    /// <param name="configured">Finds a changer of the configuration by its name.</param>
    public static ChangerName Pick(string? changer, Func<string, string?> variable, Func<string, ConfiguredChanger?>? configured = null)
    {
        // An empty one is a script's variable that is not set: it must not become another changer than was meant.
        if (changer is not null)
            return Parse(changer, Option, configured);
        foreach (string name in (ReadOnlySpan<string>)["CAPSTAN_CHANGER", "CHANGER"])
        {
            if (variable(name) is { Length: > 0 } value)
                return Parse(value, name, configured);
        }

        return Virtual(DriveName.DefaultLibrary, "default");
    }

    /// <summary>How a line for people says it.</summary>
    /// <param name="configuredName">What the configuration calls it; null where it was named by its device.</param>
    public static string Explain(string device, string pickedBy, string? configuredName = null)
    {
        string changer = configuredName is null ? device : $"{configuredName}, {device}";
        return pickedBy switch
        {
            "default" => $"changer {changer} (the default: neither --changer nor CAPSTAN_CHANGER nor CHANGER is set)",
            Option => $"changer {changer} (from --changer)",
            _ => $"changer {changer} (from the environment variable {pickedBy})",
        };
    }

    /// <summary>How the changer of a virtual library is named.</summary>
    public static string OfLibrary(string library) => DriveName.VirtualPrefix + library + Suffix;

    private static ChangerName Virtual(string library, string pickedBy) => new(OfLibrary(library), pickedBy, library);

    private static ChangerName Parse(string changer, string pickedBy, Func<string, ConfiguredChanger?>? configured)
    {
        if (changer.StartsWith('/') || DriveName.IsIscsi(changer))
            return new ChangerName(changer, pickedBy, null);
        if (configured is not null && ConfiguredName.IsValid(changer) && configured(changer) is { } known)
            return Parse(known.Device, pickedBy, null) with { Configured = known };
        string library = changer.StartsWith(DriveName.VirtualPrefix, StringComparison.Ordinal) ? changer[DriveName.VirtualPrefix.Length..] : changer;
        if (library.EndsWith(Suffix, StringComparison.Ordinal))
            library = library[..^Suffix.Length];
        if (DriveName.IsLibraryName(library) && !ConfiguredName.IsNode(library))
            return Virtual(library, pickedBy);
        string from = pickedBy == Option ? "" : $"environment variable {pickedBy}: ";
        throw new OperationException(ExitStatus.Device,
            $"{from}'{changer}' is no changer. Name one as /dev/sgN, as iscsi://HOST/TARGET/LUN, as virtual:NAME/changer, or by its name in the configuration; `capstan changer scan` and `capstan config changer list` list them.");
    }
}
