using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>Which changer is meant, and who said so.</summary>
/// <param name="Device">As it was named; of a virtual library always with its <c>/changer</c>.</param>
/// <param name="PickedBy">"--changer", "CAPSTAN_CHANGER", "CHANGER", "default".</param>
/// <param name="Library">Name of the virtual library; null for a device node and for iSCSI.</param>
internal sealed record ChangerName(string Device, string PickedBy, string? Library)
{
    public const string Option = "--changer";
    private const string Suffix = "/changer";

    /// <summary>Decides by <c>--changer</c>, CAPSTAN_CHANGER, CHANGER (which mtx has too) and the embedded library, in this order.</summary>
    /// <exception cref="OperationException">No changer can have that name.</exception>
    public static ChangerName Pick(string? changer, Func<string, string?> variable)
    {
        // An empty one is a script's variable that is not set: it must not become another changer than was meant.
        if (changer is not null)
            return Parse(changer, Option);
        foreach (string name in (ReadOnlySpan<string>)["CAPSTAN_CHANGER", "CHANGER"])
        {
            if (variable(name) is { Length: > 0 } value)
                return Parse(value, name);
        }

        return Virtual(DriveName.DefaultLibrary, "default");
    }

    /// <summary>How a line for people says it.</summary>
    public static string Explain(string device, string pickedBy) => pickedBy switch
    {
        "default" => $"changer {device} (the default: neither --changer nor CAPSTAN_CHANGER nor CHANGER is set)",
        Option => $"changer {device} (from --changer)",
        _ => $"changer {device} (from the environment variable {pickedBy})",
    };

    private static ChangerName Virtual(string library, string pickedBy) => new($"{DriveName.VirtualPrefix}{library}{Suffix}", pickedBy, library);

    private static ChangerName Parse(string changer, string pickedBy)
    {
        if (changer.StartsWith('/') || DriveName.IsIscsi(changer))
            return new ChangerName(changer, pickedBy, null);
        string library = changer.StartsWith(DriveName.VirtualPrefix, StringComparison.Ordinal) ? changer[DriveName.VirtualPrefix.Length..] : changer;
        if (library.EndsWith(Suffix, StringComparison.Ordinal))
            library = library[..^Suffix.Length];
        if (DriveName.IsLibraryName(library))
            return Virtual(library, pickedBy);
        string from = pickedBy == Option ? "" : $"environment variable {pickedBy}: ";
        throw new OperationException(ExitStatus.Device,
            $"{from}'{changer}' is no changer. Name one as /dev/sgN, as iscsi://HOST/TARGET/LUN, or as virtual:NAME/changer; `capstan changer scan` lists them.");
    }
}
