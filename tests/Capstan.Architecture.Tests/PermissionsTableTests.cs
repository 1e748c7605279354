using Capstan.Scsi;

namespace Capstan.Architecture.Tests;

/// <summary>A command that Capstan learns to send belongs in the measured table of who may send it.</summary>
public sealed class PermissionsTableTests
{
    [Fact]
    public void EveryCommandIsInTheTableOfPermissions()
    {
        string text = Repository.Files.Single(file => file.Path == "docs/permissions.md").Text;
        CommandTable.TapeDrive.Select(command => command.Name).Distinct()
            .Where(name => !text.Contains($"\n| {name} | `", StringComparison.Ordinal))
            .ShouldBeEmpty("add a row to docs/permissions.md; tests/rig/run permissions measures it");
    }
}
