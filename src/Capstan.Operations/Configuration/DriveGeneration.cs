using Capstan.Drive.Models;

namespace Capstan.Operations.Configuration;

/// <summary>What generation a drive is, by what it calls itself.</summary>
public static class DriveGeneration
{
    /// <summary><c>LTO-9</c>; null where that is not known.</summary>
    public static string? Of(string vendor, string product) =>
        DriveModel.Of(vendor, product) is { Generation: not null } model ? model.Name : null;
}
