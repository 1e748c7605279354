namespace Capstan.Scsi.Tests;

/// <summary>
/// A captured answer: ASCII hex with '#' comments, the format that sg3_utils reads with --inhex. The comments name the device and the
/// CDB; a file without hex is a refusal.
/// </summary>
internal sealed record HexFixture(string Device, Cdb Cdb, byte[] Data)
{
    /// <summary>Names of all captures of devices; the archives of tar beside them are none.</summary>
    public static IReadOnlyList<string> Devices { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", "hex"), "*.hex").Select(static path => Path.GetFileNameWithoutExtension(path))
            .Where(static name => !name.StartsWith("tar-", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public static HexFixture Load(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", name + ".hex");
        string device = "";
        byte[] cdb = [];
        var data = new List<byte>();
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("# Device: ", StringComparison.Ordinal)) device = line["# Device: ".Length..];
            else if (line.StartsWith("# CDB: ", StringComparison.Ordinal)) cdb = Hex.Bytes(line["# CDB: ".Length..]);
            else if (!line.StartsWith('#')) data.AddRange(Hex.Bytes(line));
        }

        device.ShouldNotBeEmpty($"{name} does not name its device");
        return new(device, Cdb.FromBytes(cdb), [.. data]);
    }
}

internal static class Hex
{
    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
