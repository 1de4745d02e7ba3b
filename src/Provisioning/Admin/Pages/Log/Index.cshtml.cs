using System.Globalization;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Journal;
using Microsoft.AspNetCore.Mvc;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>The provisioning log.</summary>
internal sealed class LogPageModel(LogQuery log, ConnectionBook connections) : PanelPage
{
    [BindProperty(SupportsGet = true)]
    public LogQuestion Question { get; set; } = new();

    [BindProperty(SupportsGet = true, Name = "after")]
    public string? After { get; set; }

    public LogPage Found { get; private set; } = new([], null);

    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    public int Parked { get; private set; }

    public bool IsFirst { get; private set; }

    public string NameOf(LogEntry entry) => entry.IsEvent ? "Encryption service" : Connections.FirstOrDefault(row => row.Id == entry.Connection)?.Name ?? "A deleted connection";

    public async Task OnGetAsync()
    {
        IsFirst = !LogCursor.TryParse(After, out var place);
        Connections = await connections.ListAsync(Organization, Gone);
        Parked = (await log.ParkedAsync(Organization, 0, 1, Gone)).Total;
        Found = await log.ReadAsync(Organization, Question.Filter, place, Rows.Size, Gone);
    }
}

/// <summary>What of the log is asked for, as it stands in an address.</summary>
internal sealed class LogQuestion
{
    /// <summary>Kinds that can be asked for.</summary>
    public static readonly IReadOnlyList<(string Value, string Name)> Kinds =
        [("", "Changes and events"), ("all", "Everything, reads as well"), ("users", "Users"), ("groups", "Groups"), ("events", "Events to the service")];

    /// <summary>Outcomes that can be asked for.</summary>
    public static readonly IReadOnlyList<(string Value, string Name)> Outcomes =
        [("", "Any outcome"), ("done", "Done"), ("refused", "Refused or parked"), ("failed", "Failed here"), ("waiting", "Waiting")];

    private const int LongestText = 200;

    [BindProperty(SupportsGet = true, Name = "kind")]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true, Name = "outcome")]
    public string? Outcome { get; set; }

    [BindProperty(SupportsGet = true, Name = "connection")]
    public string? Connection { get; set; }

    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Text { get; set; }

    [BindProperty(SupportsGet = true, Name = "from")]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true, Name = "to")]
    public string? To { get; set; }

    /// <summary>True if less than everything is asked for.</summary>
    public bool IsNarrow => new[] { Kind, Outcome, Connection, Text, From, To }.Any(value => !string.IsNullOrWhiteSpace(value));

    /// <summary>The same for the query. What is no such value asks for nothing.</summary>
    public LogFilter Filter => new(
        Named<LogKind>(Kind), Named<LogOutcome>(Outcome), string.IsNullOrEmpty(Connection) ? null : ForeignText.OneLine(Connection, LongestText), ForeignText.OneLine(Text ?? "", LongestText),
        DayOf(From), DayOf(To)?.AddDays(1));

    /// <summary>An address with this question.</summary>
    public string At(string path, string? after = null)
    {
        var pairs = new[] { ("kind", Kind), ("outcome", Outcome), ("connection", Connection), ("q", Text), ("from", From), ("to", To), ("after", after) }
            .Where(pair => !string.IsNullOrWhiteSpace(pair.Item2)).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}").ToList();
        return pairs.Count == 0 ? path : $"{path}?{string.Join('&', pairs)}";
    }

    private static T Named<T>(string? name)
        where T : struct, Enum => name is { Length: > 0 } && char.IsAsciiLetter(name[0]) && Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : default;

    private static DateTimeOffset? DayOf(string? text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) && day.Year is > 1970 and < 9000 ? day : null;
}
