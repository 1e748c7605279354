using Capstan.Scsi;

namespace Capstan.Transport.Iscsi;

/// <summary>Turns what libiscsi says into faults, with a message that says what to do. Pure: tested without a target.</summary>
internal static class IscsiErrors
{
    /// <summary>No TCP connection.</summary>
    public static ScsiTransportException Connect(string place, IscsiWait wait, string said) => wait == IscsiWait.TimedOut
        ? New(TransportFault.TimedOut, $"{place}: no answer. Is the address right, and does a firewall let TCP through to it?")
        : New(TransportFault.NotFound, $"{place}: no iSCSI portal answers there: {Or(Says(said, "reconnect") ? "" : said, "connection refused")}. Is the target running, and is the port right?");

    /// <summary>Connected, and not let in. The library passes the login status on in words only (RFC 7143 11.13.5).</summary>
    public static ScsiTransportException Login(string place, string? target, IscsiWait wait, string said)
    {
        string who = target is null ? place : $"target {target} at {place}";
        if (wait == IscsiWait.TimedOut)
            return New(TransportFault.TimedOut, $"{who}: the login was not answered in time.");
        if (Says(said, "CHAP_R", "CHAP_N", "CHAP targetname"))
        {
            return New(TransportFault.PermissionDenied,
                $"{who}: the target did not prove who it is: {said}. Compare 'target_user' and 'target_secret' of the iSCSI settings with those of the target.");
        }

        if (Says(said, "Authentication failure", "CHAP"))
        {
            return New(TransportFault.PermissionDenied,
                $"{who}: the target refuses the name or secret, or wants one and none is set. They stand in the iSCSI settings file: see docs/iscsi.md.");
        }

        if (Says(said, "Authorization failure"))
        {
            return New(TransportFault.PermissionDenied,
                $"{who}: the target does not let this initiator in. Its access list must name the initiator, see 'initiator' in docs/iscsi.md.");
        }

        if (Says(said, "Target not found", "Target removed"))
        {
            return New(TransportFault.NotFound,
                $"{who}: there is no such target, or it hides from this initiator. `capstan scan --portal {place}` lists the targets.");
        }

        if (IsMoved(said))
            return New(TransportFault.NotFound, $"{who}: the target moved, and does not say where to. Ask for its address where it is administered.");

        return wait == IscsiWait.Broken
            ? New(TransportFault.Lost, $"{who}: the connection was closed during the login: {Or(said, "no reason given")}. Some targets refuse an initiator or a digest that way.")
            : New(TransportFault.NotFound, $"{who}: the login failed: {Or(said, "no reason given")}.");
    }

    /// <summary>Login status class 1, redirection (RFC 7143 11.13.5), in the library's words.</summary>
    public static bool IsMoved(string said) => Says(said, "Target moved");

    /// <summary>Sent on to what is no address.</summary>
    public static ScsiTransportException MovedNowhere(IReadOnlyList<string> places, string address) => New(TransportFault.NotFound,
        $"{Way(places)}: the target says that it moved to '{address}', which is no address of a portal. Look at the redirection where the target is administered.");

    /// <summary>Sent on in a circle, or too often.</summary>
    public static ScsiTransportException MovedTooOften(IReadOnlyList<string> places, string next) => New(TransportFault.NotFound,
        places.Contains(next)
            ? $"{Way(places)}: the target says that it moved to {next}, where we were before: the portals send us in a circle. Look at the redirections where the target is administered."
            : $"{Way(places)}: the target says that it moved to {next}: so often nobody moves. Look at the redirections where the target is administered.");

    /// <summary>What went wrong where another portal had sent us.</summary>
    public static ScsiTransportException Elsewhere(IReadOnlyList<string> places, ScsiTransportException there) =>
        new(there.Fault, $"{there.Message} ({places[0]} said that the target moved there: {Way(places)})", there);

    private static string Way(IReadOnlyList<string> places) => string.Join(" -> ", places);

    /// <summary>The connection went while a command ran.</summary>
    public static ScsiTransportException Lost(string name, in Cdb cdb, string said) => New(TransportFault.Lost,
        $"{name}: the connection was lost ({Or(said, "closed by the target")}); command {cdb} may have been carried out.");

    /// <summary>The connection went while nothing ran; who tries to send hears of it.</summary>
    public static ScsiTransportException LostIdle(string name, in Cdb cdb) => New(TransportFault.Lost,
        $"{name}: the connection was lost since the last command; {cdb} was not sent. Position and settings of the drive may have changed.");

    /// <summary>It did not come back.</summary>
    public static ScsiTransportException NotBack(string name, TimeSpan patience, ScsiTransportException last) => new(TransportFault.Lost,
        $"{name}: the lost connection could not be made again within {patience.TotalSeconds:F0} s: {last.Message}", last);

    public static ScsiTransportException TimedOut(string name, in Cdb cdb, TimeSpan timeout) => New(TransportFault.TimedOut,
        $"{name}: command {cdb} was not answered within {timeout.TotalSeconds:F0} s; it was aborted and the connection closed. It may have been carried out.");

    public static ScsiTransportException TooLarge(string name, int bytes, int limit) => New(TransportFault.NotSent,
        $"{name}: a transfer of {bytes} bytes is more than the {limit} that fit one command. Use smaller blocks.");

    /// <summary>
    /// A status that this version of the library does not pass on but only mentions before it gives up the connection: BUSY,
    /// TASK SET FULL, ACA ACTIVE, TASK ABORTED. Null when it says something else.
    /// </summary>
    public static ScsiStatus? UnknownStatus(string said)
    {
        const string start = "Unknown SCSI status :";
        int at = said.IndexOf(start, StringComparison.Ordinal);
        if (at < 0)
            return null;
        ReadOnlySpan<char> digits = said.AsSpan(at + start.Length);
        int length = digits.IndexOfAnyExceptInRange('0', '9');
        return byte.TryParse(length < 0 ? digits : digits[..length], out byte status) ? (ScsiStatus)status : null;
    }

    private static bool Says(string said, params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            if (said.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static string Or(string said, string otherwise) => said.Length == 0 ? otherwise : said;

    private static ScsiTransportException New(TransportFault fault, string message) => new(fault, message);
}
