using System.Text.RegularExpressions;
using EncryptionService.Compliance;

namespace EncryptionService.Architecture.Tests;

/// <summary>What every file of the repository keeps to.</summary>
public sealed partial class SourceFiles
{
    private const int LineLimit = 400;

    private static readonly string[] handWritten = [".cs", ".ts", ".proto", ".sh", ".mjs", ".js"];

    private static readonly string[] notOurs =
        [".git", ".data", ".run", ".vs", ".idea", "artifacts", "node_modules", "obj", "BenchmarkDotNet.Artifacts", "Migrations"];

    [Fact]
    public void No_hand_written_file_is_longer_than_400_lines()
    {
        var sources = All().Where(file => handWritten.Contains(Path.GetExtension(file))).ToArray();

        Assert.NotEmpty(sources);
        Assert.Empty(sources.Where(file => File.ReadLines(file).Count() > LineLimit).Select(Name));
    }

    [Fact]
    public void No_file_names_a_path_of_the_machine_it_was_made_on()
    {
        var texts = All().Where(IsText).ToArray();

        Assert.NotEmpty(texts);
        Assert.Empty(texts.Where(file => MachinePath().IsMatch(File.ReadAllText(file))).Select(Name));
    }

    [Fact]
    public void No_file_names_a_package_registry()
    {
        var texts = All().Where(IsText).ToArray();

        Assert.NotEmpty(texts);
        Assert.Empty(texts.Where(file => RegistryHost().IsMatch(File.ReadAllText(file))).Select(Name));
    }

    [Fact]
    public void No_lock_or_configuration_file_names_where_packages_come_from()
    {
        string[] names = ["package-lock.json", ".npmrc", "NuGet.config"];
        var files = All().Where(file => names.Contains(Path.GetFileName(file))).ToArray();

        Assert.NotEmpty(files);
        Assert.Empty(files.Where(file => PackageSource().IsMatch(File.ReadAllText(file))).Select(Name));
    }

    // The brackets keep this file from finding itself.
    [GeneratedRegex("(?<![\\w.*])/([w]ork/|[r]oot/|[t]mp/wt)")]
    private static partial Regex MachinePath();

    [GeneratedRegex("[r]egistry\\.npmjs\\.org|[a]pi\\.nuget\\.org|[p]ypi\\.org/simple|[p]roxy\\.golang\\.org|[/.]artifactory[/.]|[p]kgs\\.dev\\.azure")]
    private static partial Regex RegistryHost();

    [GeneratedRegex("\"resolved\"|registry\\s*=|value\\s*=\\s*\"https?:")]
    private static partial Regex PackageSource();

    private static bool IsText(string file)
    {
        Span<byte> head = stackalloc byte[4096];
        using var stream = File.OpenRead(file);
        return !head[..stream.Read(head)].Contains((byte)0);
    }

    private static string Name(string file) => Path.GetRelativePath(RepositoryRoot.Path, file);

    private static IEnumerable<string> All() => Below(new DirectoryInfo(RepositoryRoot.Path));

    private static IEnumerable<string> Below(DirectoryInfo folder) => folder.EnumerateFiles()
        .Where(file => file.Name != ".git")
        .Select(file => file.FullName)
        .Concat(folder.EnumerateDirectories()
            .Where(inner => inner.LinkTarget is null && !notOurs.Contains(inner.Name))
            .SelectMany(Below));
}
