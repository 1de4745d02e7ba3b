using System.Xml.Linq;
using EncryptionService.Compliance;

namespace EncryptionService.Architecture.Tests;

/// <summary>Who may import whom. A project that is not named here does not pass.</summary>
public sealed class Arrows
{
    /// <summary>Project (folder below src) and the projects it may reference itself.</summary>
    private static readonly Dictionary<string, string[]> allowed = new()
    {
        ["Hpke"] = [],
        ["Formats"] = [],
        ["Envelopes"] = ["Hpke", "Formats"],
        ["Grpc.Core.Api"] = [],
        ["Grpc.Net.Common"] = ["Grpc.Core.Api"],
        ["Contracts"] = ["Grpc.Core.Api", "Grpc.Net.Common"],
        ["Hosting"] = [],
        ["Service"] = ["Envelopes", "Formats", "Contracts", "Hosting"],
        ["Provisioning"] = ["Formats", "Contracts", "Hosting"],
        ["Client"] = ["Envelopes", "Formats"],
        ["Cli"] = ["Client"],
    };

    private static readonly string[] libraries = ["Hpke", "Formats", "Envelopes", "Contracts", "Client"];

    public static TheoryData<string> Projects =>
        [.. Directory.GetFiles(RepositoryRoot.Combine("src"), "*.csproj", SearchOption.AllDirectories).Select(Folder).Order()];

    [Fact]
    public void The_walk_finds_the_projects() =>
        Assert.Contains("Contracts", Projects.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_where_an_arrow_points(string project)
    {
        var referenced = Items(project, "ProjectReference").Select(Folder);

        Assert.Empty(referenced.Except(allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_uses_only_what_the_arrows_reach(string project)
    {
        var reachable = Reachable(project).Select(AssemblyName).ToHashSet();

        var used = AssemblyReferences(project).Where(IsOurs);

        Assert.Empty(used.Except(reachable));
    }

    [Fact]
    public void The_core_reaches_neither_envelopes_nor_hpke() =>
        Assert.Empty(Reachable("Provisioning").Intersect(["Envelopes", "Hpke", "Client", "Service"]));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_library_knows_no_web_framework_and_no_cloud(string project)
    {
        if (!libraries.Contains(project))
        {
            return;
        }

        var known = AssemblyReferences(project)
            .Concat(Items(project, "PackageReference"))
            .Concat(Items(project, "FrameworkReference"))
            .Append(Document(project).Root!.Attribute("Sdk")!.Value);

        Assert.DoesNotContain(known, name => name is "Microsoft.NET.Sdk.Web"
            || name.StartsWith("Azure.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    private static HashSet<string> Reachable(string project)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>(allowed[project]);
        while (open.TryPop(out var next))
        {
            if (found.Add(next))
            {
                Array.ForEach(allowed[next], open.Push);
            }
        }

        return found;
    }

    private static string[] AssemblyReferences(string project)
    {
        using var assembly = new AssemblyFile(AssemblyName(project));
        return assembly.References;
    }

    private static bool IsOurs(string assembly) =>
        assembly is "Grpc.Core.Api" or "Grpc.Net.Common" || assembly.StartsWith("EncryptionService.", StringComparison.Ordinal);

    private static string AssemblyName(string project)
    {
        var file = ProjectFile(project);
        return file is null ? project : Document(project).Descendants("AssemblyName").FirstOrDefault()?.Value
            ?? Path.GetFileNameWithoutExtension(file);
    }

    private static IEnumerable<string> Items(string project, string kind) =>
        Document(project).Descendants(kind).Select(item => item.Attribute("Include")?.Value).OfType<string>();

    private static XDocument Document(string project) => XDocument.Load(ProjectFile(project)!);

    private static string? ProjectFile(string project)
    {
        var folder = RepositoryRoot.Combine("src", project);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.csproj").SingleOrDefault() : null;
    }

    private static string Folder(string projectFile) => Path.GetFileName(Path.GetDirectoryName(projectFile.Replace('\\', '/')))!;
}
