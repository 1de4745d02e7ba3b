using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Views;

/// <summary>What went on in one day, UTC.</summary>
/// <param name="Day">The day.</param>
/// <param name="Reads">SCIM reads.</param>
/// <param name="Writes">SCIM calls that change.</param>
/// <param name="Refused">SCIM calls answered with 4xx.</param>
/// <param name="Failed">SCIM calls answered with 5xx.</param>
/// <param name="WrongTokens">Calls with a wrong token.</param>
/// <param name="Events">Membership events.</param>
/// <param name="Times">From the directory's change to the last envelope; null: nothing to be measured.</param>
internal sealed record DayView(DateOnly Day, int Reads, int Writes, int Refused, int Failed, int WrongTokens, int Events, TimesView? Times);

/// <summary>Times of a day.</summary>
/// <param name="Median">Half of the changes took no longer.</param>
/// <param name="Most">95 of 100 took no longer.</param>
/// <param name="Measured">How many changes that says.</param>
internal sealed record TimesView(TimeSpan Median, TimeSpan Most, int Measured);

/// <summary>Groups, by how far they are; in those without keys nothing is on its way, and nobody is to have an envelope.</summary>
internal sealed record GroupCounts(int All, int Complete, int Open, int Trouble, int WithoutKeys = 0);

/// <summary>An organization at a glance.</summary>
internal sealed record OverviewView(MemberCounts Members, GroupCounts Groups, int Waiting, int Parked, IReadOnlyList<DayView> Days);

/// <summary>Reads what the first page shows. Costs the same however long the log is: counts come from hours, times from a sample.</summary>
internal sealed class OverviewQuery(CoreStore store, TimeProvider time)
{
    /// <summary>Days that are shown, today included.</summary>
    public const int Days = 14;

    private const long Day = 24 * 60 * 60 * 1_000;
    private const int SampledADay = 200;

    /// <summary>An organization now.</summary>
    public Task<OverviewView> ReadAsync(string organization, CancellationToken cancellationToken) => store.ReadAsync(
        async db =>
        {
            var today = time.GetUtcNow().ToUnixTimeMilliseconds() / Day;
            var first = today - Days + 1;
            var unsettled = await db.Events.Where(row => row.OrganizationId == organization && (row.State == EventState.Waiting || row.State == EventState.Parked))
                .GroupBy(row => row.State).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellationToken);
            return new OverviewView(
                await MemberList.CountAsync(db, organization, cancellationToken),
                await GroupsAsync(db, organization, cancellationToken),
                unsettled.Find(row => row.Key == EventState.Waiting)?.Count ?? 0,
                unsettled.Find(row => row.Key == EventState.Parked)?.Count ?? 0,
                await DaysAsync(db, organization, first, today, cancellationToken));
        },
        cancellationToken);

    private static async Task<GroupCounts> GroupsAsync(CoreDb db, string organization, CancellationToken cancellationToken)
    {
        var all = await db.Groups.CountAsync(row => row.OrganizationId == organization, cancellationToken);
        var unsettled = await db.Events.Where(row => row.OrganizationId == organization && (row.State == EventState.Waiting || row.State == EventState.Parked))
            .GroupBy(row => new { row.GroupId, row.State }).Select(group => group.Key).ToListAsync(cancellationToken);
        var refused = await db.Refusals.Where(row => row.OrganizationId == organization).Select(row => row.GroupId).Distinct().ToListAsync(cancellationToken);
        var chains = await db.Chains.Where(row => row.OrganizationId == organization && (row.CheckAt != null || row.Frozen)).Select(row => new { row.GroupId, row.Frozen }).ToListAsync(cancellationToken);
        var trouble = unsettled.Where(row => row.State == EventState.Parked).Select(row => row.GroupId).Concat(refused).Concat(chains.Where(row => row.Frozen).Select(row => row.GroupId)).ToHashSet();
        var open = unsettled.Select(row => row.GroupId).Concat(chains.Select(row => row.GroupId)).Concat(refused).ToHashSet();

        // Groups that ended have chains and events as well.
        var counted = open.ToList();
        var living = counted.Count == 0 ? [] : await db.Groups.Where(row => row.OrganizationId == organization && counted.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken);
        var bad = living.Count(trouble.Contains);
        var idle = await db.Groups.CountAsync(
            row => row.OrganizationId == organization && !counted.Contains(row.Id) && !db.Rosters.Any(entry => entry.GroupId == row.Id && entry.RemovedSequence == null), cancellationToken);
        return new GroupCounts(all, all - living.Count - idle, living.Count - bad, bad, idle);
    }

    private static async Task<IReadOnlyList<DayView>> DaysAsync(CoreDb db, string organization, long first, long last, CancellationToken cancellationToken)
    {
        var since = DateTimeOffset.FromUnixTimeMilliseconds(first * Day);
        var hours = (await db.Hours.Where(row => row.OrganizationId == organization && row.Hour >= since).ToListAsync(cancellationToken))
            .ToLookup(row => row.Hour.ToUnixTimeMilliseconds() / Day);
        var from = first * Day;
        var events = await db.Database.SqlQuery<Counted>(
            $"""SELECT "OccurredAt" / {Day} AS "Day", CAST(COUNT(*) AS INTEGER) AS "Count" FROM "Events" WHERE "OrganizationId" = {organization} AND "OccurredAt" >= {from} GROUP BY 1""")
            .ToDictionaryAsync(row => row.Day, row => row.Count, cancellationToken);
        var times = await TimesAsync(db, organization, from, events, cancellationToken);
        return
        [
            .. Enumerable.Range(0, (int)(last - first) + 1).Select(offset => first + offset).Select(day => new DayView(
                DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(day * Day).UtcDateTime),
                hours[day].Sum(row => row.Reads), hours[day].Sum(row => row.Writes), hours[day].Sum(row => row.Refused), hours[day].Sum(row => row.Failed),
                hours[day].Sum(row => row.WrongTokens), events.GetValueOrDefault(day), times.GetValueOrDefault(day))),
        ];
    }

    /// <summary>Every n-th event of a day, so that no day costs more than another.</summary>
    private static async Task<Dictionary<long, TimesView>> TimesAsync(CoreDb db, string organization, long from, Dictionary<long, int> events, CancellationToken cancellationToken)
    {
        var step = Math.Max(1, events.Values.DefaultIfEmpty(0).Max() / SampledADay);
        var sampled = await db.Database.SqlQuery<Taken>(
            $"""
            SELECT sampled."OccurredAt" / {Day} AS "Day", statement."EnvelopedAt" - sampled."OccurredAt" AS "Milliseconds"
            FROM "Events" AS sampled JOIN "Statements" AS statement ON statement."GroupId" = sampled."GroupId" AND statement."Revision" = sampled."Revision"
            WHERE sampled."OrganizationId" = {organization} AND sampled."OccurredAt" >= {from} AND sampled."Id" % {step} = 0 AND statement."EnvelopedAt" IS NOT NULL
            """).ToListAsync(cancellationToken);
        return sampled.GroupBy(row => row.Day).ToDictionary(day => day.Key, day =>
        {
            List<long> sorted = [.. day.Select(row => Math.Max(0, row.Milliseconds)).Order()];
            return new TimesView(At(sorted, 0.5), At(sorted, 0.95), sorted.Count);
        });
    }

    private static TimeSpan At(List<long> sorted, double part) => TimeSpan.FromMilliseconds(sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Count) - 1)]);

    private sealed record Counted(long Day, int Count);

    private sealed record Taken(long Day, long Milliseconds);
}
