using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Capstan.Transport.Iscsi;

/// <summary>Where an iSCSI portal listens.</summary>
/// <param name="Host">Name or address; an IPv6 address without brackets.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record IscsiPortal(string Host, int Port)
{
    /// <summary>The port that IANA gave to iSCSI (RFC 7143 4.1).</summary>
    public const int DefaultPort = 3260;

    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    /// <summary><c>host:port</c>, with brackets around an IPv6 address: what libiscsi and people take.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");

    /// <summary>Parses <c>host</c>, <c>host:port</c>, <c>[v6]</c> or <c>[v6]:port</c>.</summary>
    /// <param name="problem">What is wrong, in words; null when nothing is.</param>
    public static bool TryParse(string text, out IscsiPortal portal, out string? problem)
    {
        portal = new IscsiPortal("", DefaultPort);
        string host;
        ReadOnlySpan<char> rest;
        if (text.StartsWith('['))
        {
            int end = text.IndexOf(']');
            host = end < 0 ? "" : text[1..end];
            rest = end < 0 ? default : text.AsSpan(end + 1);
            if (end < 0 || host.Contains('%') || !IPAddress.TryParse(host, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6)
                return Fail($"'{text}' holds no IPv6 address between '[' and ']'", out problem);
        }
        else
        {
            int colon = text.IndexOf(':');
            host = colon < 0 ? text : text[..colon];
            rest = colon < 0 ? default : text.AsSpan(colon);
            if (rest.LastIndexOf(':') > 0)
                return Fail($"'{text}' has more than one ':'; an IPv6 address stands in brackets: [fd00::1]:3260", out problem);
            if (host.Length is 0 or > 200 || host.AsSpan().IndexOfAnyExcept(HostCharacters) >= 0 || host[0] == '-')
                return Fail($"'{host}' is no host name or address", out problem);
        }

        int port = DefaultPort;
        if (rest.Length > 0
            && (rest[0] != ':' || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
            return Fail($"'{rest}' is no port: write ':' and a number from 1 to 65535", out problem);
        portal = new IscsiPortal(host, port);
        problem = null;
        return true;
    }

    private static bool Fail(string what, out string? problem)
    {
        problem = what;
        return false;
    }
}

/// <summary>A logical unit behind an iSCSI target: <c>iscsi://host[:port]/target-name/lun</c>.</summary>
/// <param name="Portal">Where the target is reached.</param>
/// <param name="TargetName"><c>iqn.</c>, <c>eui.</c> or <c>naa.</c> name (RFC 7143 4.2.7).</param>
/// <param name="LogicalUnitNumber">0 to 16383.</param>
public sealed record IscsiAddress(IscsiPortal Portal, string TargetName, int LogicalUnitNumber)
{
    public const string Scheme = "iscsi://";

    /// <summary>What flat space addressing holds in fourteen bits (SAM-5 4.7.7.3).</summary>
    public const int MaxLogicalUnitNumber = 16383;

    // RFC 7143 4.2.7.1: 223 bytes.
    private const int MaxTargetNameLength = 223;
    private const int MaxPeripheralLogicalUnitNumber = 255;
    private const int FlatSpaceAddressing = 0x4000;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_");

    /// <summary>The first two bytes of the LUN field: peripheral device addressing up to 255, flat space above (SAM-5 4.7.7).</summary>
    internal int EncodedLogicalUnitNumber =>
        LogicalUnitNumber <= MaxPeripheralLogicalUnitNumber ? LogicalUnitNumber : FlatSpaceAddressing | LogicalUnitNumber;

    /// <summary>What <c>--device</c> takes. The default port is left out.</summary>
    public override string ToString()
    {
        string portal = Portal.ToString();
        string suffix = ":" + IscsiPortal.DefaultPort.ToString(CultureInfo.InvariantCulture);
        if (Portal.Port == IscsiPortal.DefaultPort)
            portal = portal[..^suffix.Length];
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}{portal}/{TargetName}/{LogicalUnitNumber}");
    }

    /// <summary>Parses strictly: what is not understood is refused, never guessed.</summary>
    /// <param name="problem">What is wrong, in words; null when nothing is.</param>
    public static bool TryParse(string text, out IscsiAddress address, out string? problem)
    {
        address = new IscsiAddress(new IscsiPortal("", IscsiPortal.DefaultPort), "", 0);
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
            return Fail($"it does not begin with {Scheme}", out problem);
        if (text.Contains('@'))
            return Fail("names and secrets do not belong on a command line, where every user of the machine sees them: they stand in a file", out problem);
        if (text.AsSpan().ContainsAny('?', '#', '%'))
            return Fail("'?', '#' and '%' have no meaning here", out problem);
        string[] parts = text[Scheme.Length..].Split('/');
        if (parts.Length != 3)
            return Fail("three parts are needed: portal, target name, LUN", out problem);
        if (!IscsiPortal.TryParse(parts[0], out IscsiPortal portal, out problem))
            return false;
        if (!IsTargetName(parts[1]))
            return Fail($"'{parts[1]}' is no target name: one begins with 'iqn.', 'eui.' or 'naa.' and consists of letters, digits, '.', '-', ':'", out problem);
        if (!int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > MaxLogicalUnitNumber
            || (parts[2].Length > 1 && parts[2][0] == '0'))
            return Fail($"'{parts[2]}' is no LUN: a number from 0 to {MaxLogicalUnitNumber}", out problem);
        address = new IscsiAddress(portal, parts[1], number);
        return true;
    }

    /// <summary>Whether this can be an iSCSI name, of a target or an initiator.</summary>
    internal static bool IsTargetName(string name) =>
        name.Length is > 4 and <= MaxTargetNameLength
        && (name.StartsWith("iqn.", StringComparison.Ordinal) || name.StartsWith("eui.", StringComparison.Ordinal) || name.StartsWith("naa.", StringComparison.Ordinal))
        && name.AsSpan().IndexOfAnyExcept(NameCharacters) < 0;

    private static bool Fail(string what, out string? problem)
    {
        problem = what;
        return false;
    }
}
