using System.Text;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Serialization;

namespace Capstan.Transport.Iscsi;

/// <summary>Reads <see cref="IscsiSettings"/> from a TOML file that nobody else may read.</summary>
public static class IscsiSettingsFile
{
    private const UnixFileMode OthersModes =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const long LargestFileBytes = 1 << 20;

    // libiscsi's MAX_STRING_SIZE: longer ones would be cut without a word.
    private const int LongestTextBytes = 255;

    // RFC 7143 9.2.1: a shorter secret needs an encrypted connection. Whom a library lets in is ours to say.
    private const int ShortestServeSecretBytes = 12;

    // Behind the answer that proves it LIO leaves what stood there before, its challenge of 60 bytes, up to a multiple of four bytes
    // (seen with Linux 6.1), and libiscsi 1.19 takes that for a part of the answer. With such a name the answer is longer.
    private const int ShortestServeTargetUserBytes = 10;

    // What LIO takes for "none" when a name or a secret begins with it (drivers/target/iscsi/iscsi_target_configfs.c, __DEF_NACL_AUTH_STR).
    private const string LioNone = "NULL";

    /// <summary>Reads the file.</summary>
    /// <param name="isRequired">Whether a file that is not there is an error; otherwise defaults are used.</param>
    /// <exception cref="ScsiTransportException">Not there, readable by others, or not understood; no message has a secret in it.</exception>
    public static IscsiSettings Read(string path, bool isRequired)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            // Asked of the open file, so that it cannot be exchanged in between.
#pragma warning disable CA1416 // Nothing of Capstan runs on Windows.
            UnixFileMode mode = File.GetUnixFileMode(stream.SafeFileHandle);
#pragma warning restore CA1416
            if ((mode & OthersModes) != 0)
                throw Wrong(TransportFault.PermissionDenied, path, $"others may use this file, and secrets stand in it. `chmod 600 {path}` keeps them out.");
            if (stream.Length > LargestFileBytes)
                throw Wrong(path, "it is too long for a file of settings.");
            using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return Parse(path, reader.ReadToEnd());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && !isRequired)
        {
            return new IscsiSettings();
        }
        catch (DecoderFallbackException)
        {
            throw Wrong(path, "it is not UTF-8.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ScsiTransportException(TransportFault.PermissionDenied, $"{path}: no permission to read the iSCSI settings.", e);
        }
        catch (IOException e) when (e is not ScsiTransportException)
        {
            throw new ScsiTransportException(TransportFault.NotFound, $"{path}: the iSCSI settings cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Parses the text of a settings file.</summary>
    internal static IscsiSettings Parse(string path, string text)
    {
        TomlTable table;
        try
        {
            table = TomlSerializer.Deserialize(text, TomlTables.Default.TomlTable) ?? [];
        }
        catch (TomlException e)
        {
            // The parser's own words may repeat the line, and a secret may stand in it.
            throw Wrong(path, $"line {e.Line} is no TOML. (A text stands in quotes: secret = \"...\")");
        }

        RefuseUnknown(path, table, "initiator", "header_digest", "chap", "serve");
        string? initiator = Text(path, table, "initiator");
        if (initiator is not null && !IscsiAddress.IsTargetName(initiator))
            throw Wrong(path, "'initiator' is no iSCSI name: one begins with 'iqn.', 'eui.' or 'naa.'.");
        IscsiChap[] chap = [.. Entries(path, table, "chap").Select(entry => Chap(path, entry))];
        IscsiServeChap[] serve = [.. Entries(path, table, "serve").Select(entry => Serve(path, entry))];

        string digest = Text(path, table, "header_digest") ?? "none";
        return new IscsiSettings
        {
            InitiatorName = initiator ?? new IscsiSettings().InitiatorName,
            Chap = chap,
            Serve = serve,
            HeaderDigest = digest switch
            {
                "none" => IscsiHeaderDigest.None,
                "preferred" => IscsiHeaderDigest.Preferred,
                "required" => IscsiHeaderDigest.Required,
                _ => throw Wrong(path, "'header_digest' is \"none\", \"preferred\" or \"required\"."),
            },
        };
    }

    private static IscsiChap Chap(string path, TomlTable table)
    {
        RefuseUnknown(path, table, "target", "user", "secret", "target_user", "target_secret");
        string target = Text(path, table, "target") ?? IscsiChap.AnyTarget;
        if (target is not (IscsiChap.AnyTarget or IscsiChap.Discovery) && !IscsiAddress.IsTargetName(target))
            throw Wrong(path, "'target' is a target's name, \"*\" or \"discovery\".");
        var chap = new IscsiChap
        {
            Target = target,
            User = Text(path, table, "user") ?? throw Wrong(path, $"the entry for {target} has no 'user'."),
            Secret = Text(path, table, "secret") ?? throw Wrong(path, $"the entry for {target} has no 'secret'."),
            TargetUser = Text(path, table, "target_user"),
            TargetSecret = Text(path, table, "target_secret"),
        };
        CheckPair(path, target, chap.Secret, chap.TargetUser, chap.TargetSecret);
        return chap;
    }

    private static IscsiServeChap Serve(string path, TomlTable table)
    {
        RefuseUnknown(path, table, "library", "user", "secret", "target_user", "target_secret");
        string library = Text(path, table, "library") ?? IscsiServeChap.AnyLibrary;
        string of = $"library {library}";
        var serve = new IscsiServeChap
        {
            Library = library,
            User = Text(path, table, "user") ?? throw Wrong(path, $"the entry for {of} has no 'user'."),
            Secret = Text(path, table, "secret") ?? throw Wrong(path, $"the entry for {of} has no 'secret'."),
            TargetUser = Text(path, table, "target_user"),
            TargetSecret = Text(path, table, "target_secret"),
        };
        CheckPair(path, of, serve.Secret, serve.TargetUser, serve.TargetSecret);
        foreach (string key in (ReadOnlySpan<string>)["user", "secret", "target_user", "target_secret"])
        {
            if (Text(path, table, key) is not { } text)
                continue;
            if (text.StartsWith(LioNone, StringComparison.Ordinal))
                throw Wrong(path, $"'{key}' of the entry for {of} begins with {LioNone}, which the kernel's target takes for none.");
            if (key.EndsWith("secret", StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(text) < ShortestServeSecretBytes)
                throw Wrong(path, $"'{key}' of the entry for {of} is shorter than {ShortestServeSecretBytes} bytes, which can be guessed from what goes over the network.");
        }
        if (serve.TargetUser is { } targetUser && Encoding.UTF8.GetByteCount(targetUser) < ShortestServeTargetUserBytes)
            throw Wrong(path, $"'target_user' of the entry for {of} is shorter than {ShortestServeTargetUserBytes} bytes: initiators that use libiscsi do not understand the kernel's target then.");
        return serve;
    }

    private static void CheckPair(string path, string of, string secret, string? targetUser, string? targetSecret)
    {
        if (targetUser is null != targetSecret is null)
            throw Wrong(path, $"the entry for {of} needs both 'target_user' and 'target_secret', or neither.");
        // RFC 7143 12.1.3: the two secrets must differ, or one side's answer could be reflected to the other.
        if (targetSecret == secret)
            throw Wrong(path, $"the entry for {of} has one secret for both directions; they must differ.");
    }

    private static TomlTableArray Entries(string path, TomlTable table, string key) =>
        !table.TryGetValue(key, out object? entries) ? []
        : entries as TomlTableArray ?? throw Wrong(path, $"entries of this kind begin with a line [[{key}]].");

    private static string? Text(string path, TomlTable table, string key)
    {
        if (!table.TryGetValue(key, out object? value))
            return null;
        if (value is not string text || text.Length == 0)
            throw Wrong(path, $"'{key}' is a text in quotes.");
        if (Encoding.UTF8.GetByteCount(text) > LongestTextBytes || text.Contains('\0'))
            throw Wrong(path, $"'{key}' is longer than {LongestTextBytes} bytes, or has a NUL in it.");
        return text;
    }

    private static void RefuseUnknown(string path, TomlTable table, params ReadOnlySpan<string> known)
    {
        foreach (string key in table.Keys)
        {
            if (!known.Contains(key))
                throw Wrong(path, $"'{key}' is not known here; there are {string.Join(", ", known)}.");
        }
    }

    private static ScsiTransportException Wrong(string path, string what) => Wrong(TransportFault.NotFound, path, what);

    private static ScsiTransportException Wrong(TransportFault fault, string path, string what) => new(fault, $"{path}: {what}");
}

/// <summary>TOML without reflection.</summary>
[TomlSerializable(typeof(TomlTable))]
internal sealed partial class TomlTables : TomlSerializerContext;
