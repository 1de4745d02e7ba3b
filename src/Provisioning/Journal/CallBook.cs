using System.Collections.Concurrent;
using System.Threading.Channels;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Journal;

/// <summary>Takes notes of SCIM calls without making them wait, and writes them in batches (docs/decisions/0025). A crash loses the notes of the last second.</summary>
internal sealed partial class CallBook(CoreStore store, JournalTrim trim, IOptions<ProvisioningOptions> options, ILogger<CallBook> logger)
{
    private const int MostWaiting = 20_000;
    private const int MostInBatch = 2_000;
    private const int MostStrangers = 1_000;
    private const int LongestId = 64;

    private readonly Channel<AnsweredCall> waiting = Channel.CreateBounded<AnsweredCall>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait });
    private readonly ConcurrentDictionary<string, int> wrongTokens = [];
    private readonly ConcurrentDictionary<string, int> written = [];
    private long lost;

    /// <summary>Takes a note. Never waits: where the database is away for long, what does not fit is counted and lost.</summary>
    public void Add(AnsweredCall call)
    {
        if (!waiting.Writer.TryWrite(call))
        {
            Interlocked.Increment(ref lost);
        }
    }

    /// <summary>Counts a wrong token. What a stranger calls a connection is kept until the next batch, where it is forgotten unless there is one.</summary>
    public void WrongToken(string connection)
    {
        if (connection.Length <= LongestId && (wrongTokens.Count < MostStrangers || wrongTokens.ContainsKey(connection)))
        {
            wrongTokens.AddOrUpdate(connection, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>Writes what waits.</summary>
    /// <returns>How many calls were written.</returns>
    public async Task<int> FlushAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await FlushStrangersAsync(now, cancellationToken);
        var done = 0;
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                await store.WriteAsync(db => WriteAsync(db, batch, cancellationToken), cancellationToken);
            }
            catch
            {
                // It waits for the next time, behind what came meanwhile.
                batch.ForEach(Add);
                throw;
            }

            done += batch.Count;
            await TrimAsync(batch, cancellationToken);
        }

        if (Interlocked.Exchange(ref lost, 0) is > 0 and var gone)
        {
            LogLost(logger, gone);
        }

        return done;
    }

    private List<AnsweredCall> Take()
    {
        var batch = new List<AnsweredCall>();
        while (batch.Count < MostInBatch && waiting.Reader.TryRead(out var call))
        {
            batch.Add(call);
        }

        return batch;
    }

    private static async Task WriteAsync(CoreDb db, List<AnsweredCall> batch, CancellationToken cancellationToken)
    {
        var names = await CallWords.NamesAsync(db, batch, cancellationToken);
        db.Calls.AddRange(batch.Select(call => CallWords.RowOf(call, names)));
        await db.SaveChangesAsync(cancellationToken);
        foreach (var hour in batch.GroupBy(call => (call.Organization, Hour: HourCounts.HourOf(call.At))).OrderBy(hour => hour.Key.Organization, StringComparer.Ordinal).ThenBy(hour => hour.Key.Hour))
        {
            await HourCounts.AddAsync(
                db, hour.Key.Organization, hour.Key.Hour,
                new HourCounts(
                    hour.Count(call => call.Status < 400 && call.Method == "GET"), hour.Count(call => call.Status < 400 && call.Method != "GET"),
                    hour.Count(call => call.Status is >= 400 and < 500), hour.Count(call => call.Status >= 500), 0),
                cancellationToken);
        }
    }

    private async Task FlushStrangersAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (wrongTokens.IsEmpty)
        {
            return;
        }

        var counts = wrongTokens.Keys.Select(connection => (Key: connection, Value: wrongTokens.TryRemove(connection, out var count) ? count : 0)).ToList();
        await store.WriteAsync(
            async db =>
            {
                var named = counts.ConvertAll(count => count.Key);
                var known = await db.Connections.Where(row => named.Contains(row.Id)).Select(row => new { row.Id, row.OrganizationId }).ToListAsync(cancellationToken);
                foreach (var organization in known.GroupBy(row => row.OrganizationId, row => row.Id).OrderBy(group => group.Key, StringComparer.Ordinal))
                {
                    var wrong = counts.Where(count => organization.Contains(count.Key)).Sum(count => count.Value);
                    await HourCounts.AddAsync(db, organization.Key, HourCounts.HourOf(now), new HourCounts(0, 0, 0, 0, wrong), cancellationToken);
                }
            },
            cancellationToken);
    }

    /// <summary>An organization that calls very much does not wait for the daily trim.</summary>
    private async Task TrimAsync(List<AnsweredCall> batch, CancellationToken cancellationToken)
    {
        foreach (var (organization, count) in batch.CountBy(call => call.Organization))
        {
            if (written.AddOrUpdate(organization, count, (_, before) => before + count) >= Math.Max(1_000, options.Value.LogRows / 10))
            {
                written[organization] = 0;
                await trim.CapAsync(organization, cancellationToken);
            }
        }
    }

    [LoggerMessage(EventId = 1900, Level = LogLevel.Warning, Message = "{Calls} SCIM calls were answered and are missing in the provisioning log: the database was away for too long")]
    private static partial void LogLost(ILogger logger, long calls);
}
