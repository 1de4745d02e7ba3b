using System.Text.RegularExpressions;
using EncryptionService.Compliance;

namespace EncryptionService.Architecture.Tests;

/// <summary>docs/threat-model.md and the faults of docs/spec/operations.md name tests: each one is there, and is run.</summary>
public sealed partial class ThreatModel
{
    [Fact]
    public void Every_test_that_the_threat_model_names_exists()
    {
        var named = Rows().SelectMany(row => Name().Matches(row[^1]).Select(match => match.Groups[1].Value)).ToArray();

        Assert.True(named.Length > 60, $"only {named.Length} names were looked at");
        Assert.Empty(named.Except(Tests()));
    }

    [Fact]
    public void Every_attack_has_a_test_or_says_that_it_has_none() =>
        Assert.All(Rows(), row => Assert.True(Name().IsMatch(row[^1]) || row[^1] == "–", $"'{row[0]}' names no test"));

    [Fact]
    public void Every_fault_has_a_test_and_each_of_them_exists()
    {
        var faults = Rows(RepositoryRoot.Combine("docs", "spec", "operations.md"), "| Fault | The service | Test |", 10);

        Assert.All(faults, row => Assert.Matches(Name(), row[^1]));
        Assert.Empty(faults.SelectMany(row => Name().Matches(row[^1]).Select(match => match.Groups[1].Value)).Except(Tests()));
    }

    private static string[][] Rows() => Rows(RepositoryRoot.Combine("docs", "threat-model.md"), "| Attack | Defence | Test |", 20);

    /// <summary>The cells of a page's last table.</summary>
    private static string[][] Rows(string path, string head, int atLeast)
    {
        var page = File.ReadAllText(path);
        var table = page[page.IndexOf(head, StringComparison.Ordinal)..];
        string[][] rows = [.. table.Split('\n').Skip(2).Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];
        Assert.True(rows.Length >= atLeast && rows.All(row => row.Length == 3));
        return rows;
    }

    private static HashSet<string> Tests()
    {
        var sources = Directory.EnumerateFiles(RepositoryRoot.Combine("tests"), "*.cs", SearchOption.AllDirectories);
        return [.. sources.SelectMany(file => Method().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))];
    }

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Name();

    /// <summary>A public method below a fact or a theory; what lies between the two are further attributes.</summary>
    [GeneratedRegex(@"\[(?:Fact|Theory)\b(?:(?!\n    \{)[\s\S])*?public (?:async |static |override )*(?:Task|ValueTask|void) (\w+)\(")]
    private static partial Regex Method();
}
