using System.Globalization;
using EncryptionService.Provisioning.Admin.Setup;
using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Views;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>The start page.</summary>
internal sealed class OverviewPage(ConnectionBook connections, ServiceStateQuery states, OverviewQuery overview) : PanelPage
{
    private const int Steps = 3;

    /// <summary>How many of the three steps are done.</summary>
    public int Done { get; private set; }

    /// <summary>True while something is left to be set up.</summary>
    public bool IsNew => Done < Steps;

    public ServiceState Service { get; private set; } = null!;

    public OverviewView Shown { get; private set; } = null!;

    /// <summary>True once anything happened that a chart could show.</summary>
    public bool HasActivity => Shown.Days.Any(day => day.Reads + day.Writes + day.Refused + day.Failed + day.Events > 0);

    /// <summary>Wrong tokens today and yesterday.</summary>
    public int WrongTokens => Shown.Days.TakeLast(2).Sum(day => day.WrongTokens);

    public Chart Activity => new(
        "activity", "Changes in the last two weeks", ActivitySummary, Labels,
        [
            new("Changes by the directory", "one", Values(day => day.Writes)), new("Events to the service", "two", Values(day => day.Events)),
            new("Refused or failed", "three", Values(day => day.Refused + day.Failed)),
        ],
        value => value.ToString("N0", CultureInfo.InvariantCulture));

    public Chart Times => new(
        "times", "From the directory's change to the last envelope", TimesSummary, Labels,
        [new("95 of 100 within", "two", Values(day => day.Times?.Most.TotalMilliseconds), true), new("Median", "one", Values(day => day.Times?.Median.TotalMilliseconds), true)],
        value => Telling.Of(TimeSpan.FromMilliseconds(value)));

    private List<string> Labels => [.. Shown.Days.Select(day => day.Day.ToString("d MMM", CultureInfo.InvariantCulture))];

    private string ActivitySummary => HasActivity
        ? $"{Words.Count(Shown.Days.Sum(day => (long)day.Writes), "change", "changes")} by the directory, {Words.Count(Shown.Days.Sum(day => (long)day.Events), "event", "events")} to the encryption service, "
            + $"{Shown.Days.Sum(day => (long)day.Refused + day.Failed).ToString("N0", CultureInfo.InvariantCulture)} refused or failed. Days are UTC."
        : "Nothing happened in the last 14 days.";

    private string TimesSummary => Shown.Days.LastOrDefault(day => day.Times is not null) is { Times: { } times } day
        ? $"Last measured on {day.Day.ToString("d MMM", CultureInfo.InvariantCulture)}: half of the changes within {Telling.Of(times.Median)}, 95 of 100 within {Telling.Of(times.Most)}."
        : "Nothing was measured yet: a time is known once the first envelope has come.";

    public async Task OnGetAsync()
    {
        Service = await states.ReadAsync(Organization, Gone);
        var connected = (await connections.ListAsync(Organization, Gone)).Any(connection => connection.LastUsedAt is not null);
        Done = !connected ? 0 : Service.Service is null ? 1 : Service.Stage is ServiceStage.Running or ServiceStage.Failing ? Steps : 2;
        Shown = await overview.ReadAsync(Organization, Gone);
    }

    private List<double?> Values(Func<DayView, double?> value) => [.. Shown.Days.Select(value)];
}
