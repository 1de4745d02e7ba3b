using System.Globalization;
using System.Text.RegularExpressions;
using EncryptionService.Compliance;

namespace EncryptionService.Architecture.Tests;

/// <summary>What the runbook and the alerts say of log events is what the code writes.</summary>
public sealed partial class LogEvents
{
    private static readonly string[] loud = ["Warning", "Error", "Critical"];

    /// <summary>What the console formatter writes at the top of a line; <c>Exception</c> and <c>Scopes</c> where there are any.</summary>
    private static readonly string[] formatted = ["Timestamp", "EventId", "LogLevel", "Category", "Message", "State", "Exception", "Scopes"];

    [Fact]
    public void The_runbook_has_every_loud_event_with_its_level_and_no_other()
    {
        var page = File.ReadAllText(RepositoryRoot.Combine("deploy", "runbooks", "log-events.md"));
        string[] told = [.. Row().Matches(page).Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}")];
        string[] written = [.. Written().Where(found => loud.Contains(found.Level)).Select(found => $"{found.Id} {found.Level}")];

        Assert.True(written.Length > 40, $"only {written.Length} events were looked at");
        Assert.Equal(written.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_two_events_have_the_same_number() => Assert.Empty(Written().CountBy(found => found.Id).Where(count => count.Value > 1).Select(count => count.Key));

    [Fact]
    public void No_event_is_left_out_by_the_way_it_is_written() => Assert.Equal(Sources().Sum(text => Attribute().Count(text)), Written().Count());

    [Fact]
    public void Alerts_ask_for_events_and_fields_that_exist()
    {
        var known = Written().Select(found => found.Id).ToHashSet();
        var placeholders = Sources().SelectMany(text => Placeholder().Matches(text).Select(match => match.Groups[1].Value)).ToHashSet();
        var queries = Directory.GetFiles(RepositoryRoot.Combine("deploy", "alerts"), "*.kql").Select(File.ReadAllText).ToArray();

        Assert.NotEmpty(queries);
        Assert.All(queries, query =>
        {
            Assert.Empty(EventIds(query).Except(known));
            Assert.Empty(Field().Matches(query).Select(match => match.Groups[1].Value).Except(formatted));
            Assert.Empty(StateField().Matches(query).Select(match => match.Groups[1].Value).Except(placeholders));
        });
        Assert.True(queries.Sum(query => EventIds(query).Count()) > 8);
    }

    private static IEnumerable<string> Sources() => new[] { "Service", "Provisioning" }
        .SelectMany(host => Directory.EnumerateFiles(RepositoryRoot.Combine("src", host), "*.cs", SearchOption.AllDirectories))
        .Select(File.ReadAllText);

    private static IEnumerable<(int Id, string Level)> Written() => Sources()
        .SelectMany(text => Event().Matches(text))
        .Select(match => (Number(match.Groups[1].Value), match.Groups[2].Value));

    private static IEnumerable<int> EventIds(string query) => Condition().Matches(query)
        .SelectMany(match => Digits().Matches(match.Groups[1].Value))
        .Select(match => Number(match.Value));

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[LoggerMessage\b")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?(\d+),\s*(?:Level = )?LogLevel\.(\w+)")]
    private static partial Regex Event();

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bEventId\)? (?:==|!=|in) (\d+|\([\d, ]+\))")]
    private static partial Regex Condition();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\bline\.(\w+)")]
    private static partial Regex Field();

    [GeneratedRegex(@"\bline\.State\.(\w+)")]
    private static partial Regex StateField();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
