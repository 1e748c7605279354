namespace Capstan.Drive.Models;

/// <summary>What is known of a family of drives before asking one. Data only: no branch of the driver looks at a vendor.</summary>
public sealed partial record DriveModel
{
    /// <summary>For people: <c>LTO-9</c>.</summary>
    public required string Name { get; init; }

    /// <summary>INQUIRY vendor, trimmed; empty matches every vendor.</summary>
    public string Vendor { get; init; } = "";

    /// <summary>Texts of which one must occur in the INQUIRY product identification.</summary>
    public IReadOnlyList<string> ProductMarks { get; init; } = [];

    /// <summary>Of LTO, 4 to 10; null for a drive of which that is not known.</summary>
    public int? Generation { get; init; }

    /// <summary>Density codes of cartridges that the drive writes, the newest first.</summary>
    public IReadOnlyList<byte> WritesDensities { get; init; } = [];

    /// <summary>Density codes of cartridges that the drive only reads.</summary>
    public IReadOnlyList<byte> ReadsDensities { get; init; } = [];

    public DriveQuirks Quirks { get; init; }

    public DriveTimeouts Timeouts { get; init; } = new();

    /// <summary>Any LTO drive: the longest timeouts of all manuals.</summary>
    public static DriveModel Generic { get; } = new() { Name = "LTO" };

    /// <summary>Every model, the most specific first.</summary>
    public static IReadOnlyList<DriveModel> All => field ??= [Lto10, Lto9, Lto8, Lto7, Lto6, Lto5, Lto4, TgtTape, Generic];

    /// <summary>The model of a drive that answered INQUIRY with these fields.</summary>
    public static DriveModel Of(string vendor, string product)
    {
        foreach (DriveModel model in All)
        {
            if (model.Vendor.Length > 0 && !vendor.Trim().StartsWith(model.Vendor, StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (string mark in model.ProductMarks)
            {
                if (product.Contains(mark, StringComparison.OrdinalIgnoreCase))
                    return model;
            }
        }

        return Generic;
    }
}
