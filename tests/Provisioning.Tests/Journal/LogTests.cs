using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Journal;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Journal;

/// <summary>Pages and filters of the log (docs/spec/journal.md, section 4), and its end (section 5).</summary>
public sealed class LogTests
{
    private const string Organization = "acme";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<DatabaseProvider, int> Pages => new MatrixTheoryData<DatabaseProvider, int>([DatabaseProvider.Sqlite, DatabaseProvider.PostgreSql], [1, 3, 100]);

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Pages_show_everything_once_and_newest_first_whatever_their_size(DatabaseProvider provider, int size)
    {
        await using var core = await SeedAsync(provider);
        LogFilter[] filters = [new(LogKind.All), new(), new(LogKind.Events), new(LogKind.All, Text: "fin"), new(LogKind.All, LogOutcome.Refused), new(LogKind.Users, LogOutcome.Done)];
        int[] expected = [20, 14, 8, 11, 5, 8];
        foreach (var (filter, count) in filters.Zip(expected))
        {
            var entries = await AllAsync(core, filter, size);

            Assert.Equal(count, entries.Count);
            Assert.Equal(entries.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.IsEvent).ThenByDescending(entry => entry.Id), entries);
            Assert.Equal(entries.Count, entries.DistinctBy(entry => (entry.IsEvent, entry.Id)).Count());
        }
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Filters_select(DatabaseProvider provider)
    {
        await using var core = await SeedAsync(provider);
        var begin = core.Time.GetUtcNow();

        Assert.Equal(6, (await AllAsync(core, new LogFilter(LogKind.All, Connection: "two"))).Count);
        Assert.All(await AllAsync(core, new LogFilter(Outcome: LogOutcome.Waiting)), entry => Assert.Equal(EventState.Waiting, entry.State));
        Assert.All(await AllAsync(core, new LogFilter(LogKind.All, LogOutcome.Failed)), entry => Assert.Equal(500, entry.Status));
        Assert.All(await AllAsync(core, new LogFilter(LogKind.All, From: begin.AddSeconds(2), To: begin.AddSeconds(3))), entry => Assert.Equal(begin.AddSeconds(2), entry.At));
        Assert.Equal(2, (await AllAsync(core, new LogFilter(LogKind.All, Text: "ÅSA"))).Count);
        Assert.Empty(await AllAsync(core, new LogFilter(LogKind.All, Text: "100%_")));
        Assert.Equal(4, (await AllAsync(core, new LogFilter(LogKind.Events, Text: "g1"))).Count);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Parked_events_are_listed_with_their_reason(DatabaseProvider provider)
    {
        await using var core = await SeedAsync(provider);

        var (total, entries) = await core.Get<LogQuery>().ParkedAsync(Organization, 0, 1, Stop);

        Assert.Equal(2, total);
        Assert.Equal(("Engines", "REJECTED GROUP_UNKNOWN"), entries.Select(entry => (entry.Name, entry.Reason)).Single());
        Assert.Equal(0, (await core.Get<LogQuery>().ParkedAsync("other", 0, 1, Stop)).Total);
    }

    [Theory]
    [InlineData("1780000000000-c-5", true)]
    [InlineData("1780000000000-e-5", true)]
    [InlineData("1780000000000-x-5", false)]
    [InlineData("-1-e-5", false)]
    [InlineData("99999999999999999-e-5", false)]
    [InlineData("1780000000000-e-99999999999999999999", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_place_is_read_as_it_is_written(string? text, bool isPlace)
    {
        Assert.Equal(isPlace, LogCursor.TryParse(text, out var cursor));
        Assert.Equal(isPlace ? text : null, cursor?.ToString());
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_older_goes_and_what_waits_stays(DatabaseProvider provider)
    {
        await using var core = await SeedAsync(provider);
        var trim = core.Get<JournalTrim>();

        Assert.Equal(0, await trim.RunAsync(core.Time.GetUtcNow().AddDays(30), Stop));
        // All calls, and the events that are done.
        Assert.Equal(16, await trim.RunAsync(core.Time.GetUtcNow().AddDays(31), Stop));

        var left = await AllAsync(core, new LogFilter(LogKind.All));
        Assert.Equal([LogOutcome.Refused, LogOutcome.Refused, LogOutcome.Waiting, LogOutcome.Waiting], left.Select(entry => entry.Outcome).Order());
        Assert.Empty(await core.Store.ReadAsync(db => db.Hours.ToListAsync(Stop), Stop));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_more_calls_than_are_kept_the_oldest_go(DatabaseProvider provider)
    {
        await using var core = await CoreFixture.CreateAsync(provider, ["--Provisioning:LogRows=1000"]);
        await core.OrganizationAsync(Organization);
        await core.OrganizationAsync("other");
        var now = core.Time.GetUtcNow();
        await core.Store.WriteAsync(
            db =>
            {
                db.Calls.AddRange(Enumerable.Range(0, 1_010).Select(index => Call(now.AddMilliseconds(index), "one", "GET", 200, null)));
                db.Calls.Add(Call(now, "three", "GET", 200, null, "other"));
                return Task.CompletedTask;
            },
            Stop);

        await core.Get<JournalTrim>().RunAsync(now, Stop);

        var left = await core.Store.ReadAsync(db => db.Calls.OrderBy(row => row.At).Select(row => new { row.OrganizationId, row.At }).ToListAsync(Stop), Stop);
        Assert.Equal(1_000, left.Count(row => row.OrganizationId == Organization));
        Assert.Equal(now.AddMilliseconds(10), left.First(row => row.OrganizationId == Organization).At);
        Assert.Single(left, row => row.OrganizationId == "other");
    }

    /// <summary>Twelve calls and eight events, several at each time.</summary>
    internal static async Task<CoreFixture> SeedAsync(DatabaseProvider provider)
    {
        var core = await CoreFixture.CreateAsync(provider);
        await core.OrganizationAsync(Organization, service: true);
        var now = core.Time.GetUtcNow();
        await core.Store.WriteAsync(
            async db =>
            {
                foreach (var (id, name) in new[] { ("g1", "Finance"), ("g2", "Engines") })
                {
                    db.Groups.Add(new GroupRow { Id = id, OrganizationId = Organization, DisplayName = name, DisplayNameKey = name.ToUpperInvariant(), CreatedAt = now, ModifiedAt = now });
                    db.Lanes.Add(new LaneRow { GroupId = id, OrganizationId = Organization, NextSequence = 5 });
                }

                for (var index = 0; index < 12; index++)
                {
                    var method = index % 2 == 0 ? "GET" : "PATCH";
                    db.Calls.Add(Call(now.AddSeconds(index / 3), index % 2 == 0 ? "one" : "two", method, index switch { 3 or 7 or 9 => 404, 11 => 500, _ => 200 }, index is 4 or 5 ? "Åsa" : index < 9 ? "fin" : "x"));
                }

                for (var index = 0; index < 8; index++)
                {
                    var group = index % 2 == 0 ? "g1" : "g2";
                    var state = index switch { 0 or 1 => EventState.Waiting, 4 or 5 => EventState.Parked, _ => EventState.Done };
                    db.Events.Add(new EventRow
                    {
                        OrganizationId = Organization,
                        GroupId = group,
                        Sequence = 1 + (index / 2),
                        EventId = $"e{index}",
                        Kind = "group_created",
                        Members = 0,
                        Payload = [],
                        OccurredAt = now.AddSeconds(index / 2),
                        State = state,
                        DueAt = now,
                        Outcome = state == EventState.Parked ? "REJECTED GROUP_UNKNOWN" : null,
                        CompletedAt = state == EventState.Waiting ? null : now,
                    });
                    await db.SaveChangesAsync(Stop);
                }

                db.Hours.Add(new HourRow { OrganizationId = Organization, Hour = now, Reads = 1 });
            },
            Stop);
        return core;
    }

    private static CallRow Call(DateTimeOffset at, string connection, string method, int status, string? name, string organization = Organization) => new()
    {
        OrganizationId = organization,
        At = at,
        ConnectionId = connection,
        Method = method,
        Kind = CallKind.User,
        Name = name,
        Status = status,
        Milliseconds = 1,
        Detail = status >= 400 ? "no" : null,
        Text = (name ?? "").ToUpperInvariant(),
    };

    private static async Task<List<LogEntry>> AllAsync(CoreFixture core, LogFilter filter, int size = 100)
    {
        var entries = new List<LogEntry>();
        LogCursor? place = null;
        do
        {
            var page = await core.Get<LogQuery>().ReadAsync(Organization, filter, place, size, Stop);
            Assert.True(page.Entries.Count <= size);
            entries.AddRange(page.Entries);
            place = page.Next;
        }
        while (place is not null);
        return entries;
    }
}
