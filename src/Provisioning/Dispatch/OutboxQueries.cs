using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>What both databases ask alike about the outbox.</summary>
internal sealed class OutboxQueries(IOptions<DispatchOptions> options)
{
    /// <summary>Most groups in one call: with their newest statements a request stays below 4 MB, whatever their length.</summary>
    public const int GroupsPerCall = 64;

    private const int MostBytes = 2_800_000;
    private const int LeastRun = 32;

    /// <summary>Organizations that something may be due for and whose service is not to be spared now.</summary>
    public static async Task<List<DueOrganization>> DueAsync(CoreDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = await db.Events
            .Where(row => row.State == EventState.Waiting && row.DueAt <= now)
            .Select(row => row.OrganizationId).Distinct().ToListAsync(cancellationToken);
        return waiting.Count == 0 ? [] : await db.Services
            .Where(row => waiting.Contains(row.OrganizationId) && (row.DispatchAfter == null || row.DispatchAfter <= now))
            .Select(row => new DueOrganization(row.OrganizationId, row.Failures)).ToListAsync(cancellationToken);
    }

    /// <summary>Groups of an organization whose oldest waiting event is due, those that wait longest first.</summary>
    public static Task<List<string>> HeadsAsync(CoreDb db, string organization, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = db.Events.Where(row => row.State == EventState.Waiting && row.OrganizationId == organization);
        var heads = waiting.GroupBy(row => row.GroupId).Select(group => new { GroupId = group.Key, Sequence = group.Min(row => row.Sequence) });
        return waiting
            .Where(row => row.DueAt <= now)
            .Join(heads, row => new { row.GroupId, row.Sequence }, head => new { head.GroupId, head.Sequence }, (row, head) => row)
            .OrderBy(row => row.Id).Select(row => row.GroupId).Take(GroupsPerCall).ToListAsync(cancellationToken);
    }

    /// <summary>The events that go into one call: every group's oldest one, and then more of each in order, as far as they fit.</summary>
    public async Task<List<EventRow>> FillAsync(CoreDb db, IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        var most = options.Value.EventsPerCall;
        var run = Math.Max(LeastRun, most / groups.Count);
        var waiting = db.Events.Where(row => row.State == EventState.Waiting && groups.Contains(row.GroupId));
        var heads = waiting.GroupBy(row => row.GroupId).Select(group => new { GroupId = group.Key, Sequence = group.Min(row => row.Sequence) });
        var runs = (await waiting
            .Join(heads, row => row.GroupId, head => head.GroupId, (row, head) => new { row.Id, row.GroupId, row.Sequence, Head = head.Sequence, Bytes = row.Payload.Length })
            .Where(row => row.Sequence < row.Head + run)
            .ToListAsync(cancellationToken)).ToLookup(row => row.GroupId);

        var chosen = new List<long>();
        var bytes = 0;
        var left = groups.Count;
        foreach (var group in groups)
        {
            left--;
            var first = true;
            foreach (var row in runs[group].OrderBy(row => row.Sequence))
            {
                // Every further group keeps room for its oldest event.
                if ((!first && chosen.Count + left >= most) || chosen.Count >= most || (chosen.Count > 0 && bytes + row.Bytes > MostBytes))
                {
                    break;
                }

                first = false;
                bytes += row.Bytes;
                chosen.Add(row.Id);
            }
        }

        var place = groups.Select((group, index) => (group, index)).ToDictionary(pair => pair.group, pair => pair.index);
        var rows = await db.Events.AsNoTracking().Where(row => chosen.Contains(row.Id)).ToListAsync(cancellationToken);
        return [.. rows.OrderBy(row => place[row.GroupId]).ThenBy(row => row.Sequence)];
    }
}
