using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Capstan.Architecture.Tests;

/// <summary>
/// Who may know whom. Checked twice: what the project files say, and what the compiler wrote into the assemblies.
/// </summary>
public sealed class ReferenceTests
{
    /// <param name="Project">Name without "Capstan.".</param>
    /// <param name="Projects">Names of the projects it may reference.</param>
    /// <param name="Packages">Packages it may reference.</param>
    internal sealed record Layer(string Project, string[] Projects, string[] Packages)
    {
        internal string FullName => "Capstan." + Project;
    }

    /// <summary>The same table as in docs/architecture.md. A new project needs a row here, and a rule that is worth it.</summary>
    private static readonly Layer[] Table =
    [
        // What the bytes mean. No I/O.
        new("Scsi", [], []),
        // The seam: a way to a logical unit.
        new("Transport", ["Scsi"], []),
        new("Transport.SgIo", ["Transport", "Scsi"], []),
        new("Transport.Iscsi", ["Transport", "Scsi"], ["Tomlyn"]),
        // Runs with a privilege: as little as can be, and never a front end or tape knowledge.
        new("SgHelper", ["Transport.SgIo", "Transport", "Scsi"], []),
        new("Emulation", ["Transport", "Scsi"], ["System.IO.Hashing", "K4os.Compression.LZ4"]),
        // Tape knowledge: never a concrete transport, never the emulation.
        new("Drive", ["Transport", "Scsi"], []),
        new("Changer", ["Transport", "Scsi"], []),
        new("Catalog", [], ["Microsoft.Data.Sqlite"]),
        new("Backup", ["Drive", "Changer", "Catalog"], ["System.IO.Hashing"]),
        new("Operations", ["Backup", "Catalog", "Drive", "Changer", "Transport", "Scsi"], ["Tomlyn"]),
        // Front ends; the concrete ends of the seam only in Composition.cs, see FrontEndsComposeInOnePlace.
        new("Cli", ["Operations", "Transport", "Transport.SgIo", "Transport.Iscsi", "Emulation"], ["System.CommandLine", "Spectre.Console"]),
        new("Dashboard", ["Operations", "Transport", "Transport.SgIo", "Transport.Iscsi", "Emulation"], []),
    ];

    /// <summary>Packages whose assemblies have other names. What is in the framework is always allowed.</summary>
    private static readonly Dictionary<string, string[]> AssembliesOfPackage = new()
    {
        ["Microsoft.Data.Sqlite"] = ["Microsoft.Data.Sqlite", "SQLitePCLRaw.core", "SQLitePCLRaw.provider.e_sqlite3"],
        ["Spectre.Console"] = ["Spectre.Console", "Spectre.Console.Ansi"],
    };

    private static readonly string[] FrameworkAssemblies =
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll").Select(path => Path.GetFileNameWithoutExtension(path))];

    public static TheoryData<string> Projects => [.. ProjectNames()];

    [Fact]
    public void EveryProjectHasARowInTheTable() =>
        ProjectNames().Except(Table.Select(layer => layer.FullName)).ShouldBeEmpty("add a row to the table in ReferenceTests and in docs/architecture.md");

    [Theory]
    [MemberData(nameof(Projects))]
    public void TheProjectFileReferencesWhatTheTableAllows(string project)
    {
        Layer layer = LayerOf(project);
        XDocument file = XDocument.Parse(ProjectFile(project).Text);
        IncludesOf(file, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path))
            .Except(layer.Projects.Select(name => "Capstan." + name)).ShouldBeEmpty($"{project} may reference {List(layer.Projects)}");
        IncludesOf(file, "PackageReference")
            .Except(layer.Packages).ShouldBeEmpty($"{project} may use the packages {List(layer.Packages)}");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void TheAssemblyReferencesWhatTheTableAllows(string project)
    {
        Layer layer = LayerOf(project);
        string[] allowed =
        [
            .. layer.Projects.Select(name => AssemblyNameOf("Capstan." + name)),
            .. layer.Packages.SelectMany(package => AssembliesOfPackage.GetValueOrDefault(package, [package])),
            .. FrameworkAssemblies,
        ];
        ReferencesOf(project).Except(allowed).ShouldBeEmpty($"{project} may reference {List(layer.Projects)} and {List(layer.Packages)}");
    }

    /// <summary>Front ends know the concrete ends of the seam, but only where they put the program together.</summary>
    [Fact]
    public void FrontEndsComposeInOnePlace()
    {
        string[] concrete = ["Capstan.Emulation", "Capstan.Transport.SgIo", "Capstan.Transport.Iscsi"];
        Repository.Under("src/Capstan.Cli").Concat(Repository.Under("src/Capstan.Dashboard"))
            .Where(file => file.Name != "Composition.cs" && !file.Path.StartsWith("src/Capstan.Cli/Composition/", StringComparison.Ordinal) && concrete.Any(file.Text.Contains))
            .Select(file => file.Path).ShouldBeEmpty($"{List(concrete)} are mentioned in Composition.cs and the directory Composition only");
    }

    private static IEnumerable<string> ProjectNames() =>
        Repository.Under("src", ".csproj").Select(file => Path.GetFileNameWithoutExtension(file.Path));

    private static Layer LayerOf(string project) =>
        Table.SingleOrDefault(layer => layer.FullName == project) ?? new Layer(project, [], []);

    private static SourceFile ProjectFile(string project) =>
        Repository.Under("src", ".csproj").Single(file => Path.GetFileNameWithoutExtension(file.Path) == project);

    private static IEnumerable<string> IncludesOf(XDocument project, string item) =>
        project.Descendants(item).Select(element => (string?)element.Attribute("Include")).OfType<string>();

    private static string AssemblyNameOf(string project) =>
        Repository.Under("src", ".csproj").FirstOrDefault(file => Path.GetFileNameWithoutExtension(file.Path) == project) is { } file
            ? XDocument.Parse(file.Text).Descendants("AssemblyName").FirstOrDefault()?.Value ?? project
            : project;

    private static List<string> ReferencesOf(string project)
    {
        // artifacts/bin/<project>/<configuration>/: the neighbour of the folder this test runs in.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        string path = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, AssemblyNameOf(project) + ".dll");
        File.Exists(path).ShouldBeTrue($"{path} must be built");
        using var image = new PEReader(File.OpenRead(path));
        MetadataReader metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    private static string List(string[] names) => names.Length == 0 ? "nothing" : string.Join(", ", names);
}
