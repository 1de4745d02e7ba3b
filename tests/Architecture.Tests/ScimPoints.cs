using System.Globalization;
using System.Text.RegularExpressions;
using EncryptionService.Compliance;

namespace EncryptionService.Architecture.Tests;

/// <summary>docs/spec/scim.md numbers its requirements, and tests quote the numbers.</summary>
public sealed partial class ScimPoints
{
    private const int Last = 55;

    [Fact]
    public void The_specification_has_every_number_once() =>
        Assert.Equal(Enumerable.Range(1, Last), Specified().Order());

    [Fact]
    public void Every_number_has_a_test_that_quotes_it()
    {
        var sources = Directory.EnumerateFiles(RepositoryRoot.Combine("tests", "Provisioning.Tests", "Scim"), "*.cs", SearchOption.AllDirectories);
        var quoted = sources.SelectMany(file => Test().Matches(File.ReadAllText(file)).Select(match => Number(match.Groups[1].Value))).ToHashSet();

        Assert.Empty(Enumerable.Range(1, Last).Except(quoted));
        Assert.Empty(quoted.Except(Specified()));
    }

    private static IEnumerable<int> Specified() =>
        Row().Matches(File.ReadAllText(RepositoryRoot.Combine("docs", "spec", "scim.md"))).Select(match => Number(match.Groups[1].Value));

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>A public method below a fact or a theory.</summary>
    [GeneratedRegex(@"\[(?:Fact|Theory)\b(?:(?!\n    \{)[\s\S])*?public (?:async |static )*(?:Task|void) Point_(\d\d)_\w+\(")]
    private static partial Regex Test();
}
