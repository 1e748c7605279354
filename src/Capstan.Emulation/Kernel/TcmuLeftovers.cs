namespace Capstan.Emulation.Kernel;

/// <summary>
/// What of a served drive stays in configfs because something else uses it. The kernel refuses to remove an object that a link
/// points to or that has groups somebody made in it; open files, working directories and open nodes keep nothing. Who made them it
/// does not record, so they are named by their paths, which tell the target and the LUN. Total: what cannot be read is left out.
/// </summary>
internal static class TcmuLeftovers
{
    // FABRIC/TARGET/tpgt_N/acls/INITIATOR/lun_N/LINK
    private const int DeepestLink = 7;
    private const int MostNamed = 8;

    /// <summary>Sentences for a person: what is left, what uses it, what helps; null when nothing is left.</summary>
    /// <param name="targets">The directory of LIO in configfs; another one in tests.</param>
    /// <param name="objects">Paths of the backstore, first, and of the targets where initiators see it.</param>
    /// <param name="label">What the unit is called: the library, and after a slash what of it.</param>
    internal static string? Describe(string targets, IReadOnlyList<string> objects, string label)
    {
        string[] left = [.. objects.Where(Directory.Exists)];
        if (left.Length == 0)
            return null;
        string[] users = [.. left.SelectMany(path => LinksTo(targets, path, DeepestLink))
            .Concat(GroupsIn(Path.Combine(objects[0], "alua")).Where(group => Path.GetFileName(group) != "default_tg_pt_gp"))
            .Concat(objects.Skip(1).SelectMany(GroupsIn).Where(portal => Path.GetFileName(portal).StartsWith("tpgt_", StringComparison.Ordinal)).SelectMany(MadeIn))
            .Distinct().Order(StringComparer.Ordinal)];
        string what = $"{label} is still in the kernel, and nobody answers its commands any more: {string.Join(" and ", left)} could not be removed";
        if (users.Length == 0)
            return $"{what}. Nothing is found that uses it; the kernel's log (dmesg) may say why.";
        string named = string.Join(", ", users.Take(MostNamed)) + (users.Length > MostNamed ? $" and {users.Length - MostNamed} more" : "");
        return $"{what}, because this uses it: {named}. Take that away with the tool that made it (or `rm` the link, `rmdir` the directory);"
            + $" then the next `capstan library serve {label.Split('/')[0]}` removes the rest first.";
    }

    /// <summary>Of a portal group: itself, its LUNs, the initiators it knows.</summary>
    private static IEnumerable<string> MadeIn(string portal) =>
        [.. GroupsIn(Path.Combine(portal, "lun")), .. GroupsIn(Path.Combine(portal, "acls")), portal];

    private static IEnumerable<string> GroupsIn(string directory) =>
        Entries(directory).Where(entry => LinkTarget(entry) is null && Directory.Exists(entry));

    private static IEnumerable<string> LinksTo(string directory, string wanted, int depth)
    {
        foreach (string entry in Entries(directory))
        {
            if (LinkTarget(entry) is { } target)
            {
                if (target == wanted || target.StartsWith(wanted + "/", StringComparison.Ordinal))
                    yield return entry;
            }
            else if (depth > 1 && Directory.Exists(entry))
            {
                foreach (string link in LinksTo(entry, wanted, depth - 1))
                    yield return link;
            }
        }
    }

    private static string[] Entries(string directory)
    {
        try
        {
            return Directory.GetFileSystemEntries(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
