using System.Globalization;

namespace Capstan.Transport.SgIo;

/// <summary>Names of groups, for messages.</summary>
internal static class GroupNames
{
    /// <summary>The name in the group file; the number when it has none (groups of a directory service are not looked up).</summary>
    public static string Find(uint gid, string groupFile = "/etc/group")
    {
        string number = gid.ToString(CultureInfo.InvariantCulture);
        try
        {
            foreach (string line in File.ReadLines(groupFile))
            {
                // name:password:gid:members
                string[] fields = line.Split(':');
                if (fields.Length >= 3 && fields[2] == number)
                    return fields[0];
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return number;
        }
        return number;
    }
}
