using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Journal;

/// <summary>Keeps the log from growing: so many days, and so many calls of an organization (docs/spec/journal.md, section 5).</summary>
internal sealed class JournalTrim(CoreStore store, IOptions<ProvisioningOptions> options)
{
    // In parts, so that nobody who writes waits for long.
    private const int Part = 2_000;

    /// <summary>Deletes what is older than the log keeps, of all organizations; events only if they have come to rest.</summary>
    /// <param name="asOf">Stands for now.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <returns>How many calls and events went.</returns>
    public async Task<int> RunAsync(DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var before = asOf - TimeSpan.FromDays(options.Value.LogDays);
        var gone = 0;
        foreach (var organization in await store.ReadAsync(db => db.Organizations.Select(row => row.Id).ToListAsync(cancellationToken), cancellationToken))
        {
            gone += await InPartsAsync(
                db => db.Calls.Where(row => row.OrganizationId == organization && row.At < before).OrderBy(row => row.At).Take(Part).ExecuteDeleteAsync(cancellationToken), cancellationToken);
            gone += await InPartsAsync(
                db => db.Events.Where(row => row.OrganizationId == organization && row.OccurredAt < before && row.CompletedAt < before
                    && (row.State == EventState.Done || row.State == EventState.Superseded)).OrderBy(row => row.OccurredAt).Take(Part).ExecuteDeleteAsync(cancellationToken),
                cancellationToken);
            await InPartsAsync(
                db => db.Hours.Where(row => row.OrganizationId == organization && row.Hour < before).ExecuteDeleteAsync(cancellationToken), cancellationToken);
            gone += await CapAsync(organization, cancellationToken);
        }

        return gone;
    }

    /// <summary>Deletes an organization's oldest calls beyond the number that is kept.</summary>
    public async Task<int> CapAsync(string organization, CancellationToken cancellationToken)
    {
        var most = options.Value.LogRows;
        var last = await store.ReadAsync(
            db => db.Calls.Where(row => row.OrganizationId == organization).OrderByDescending(row => row.At).ThenByDescending(row => row.Id).Skip(most)
                .Select(row => (DateTimeOffset?)row.At).FirstOrDefaultAsync(cancellationToken),
            cancellationToken);
        return last is not { } at ? 0 : await InPartsAsync(
            db => db.Calls.Where(row => row.OrganizationId == organization && row.At <= at).OrderBy(row => row.At).Take(Part).ExecuteDeleteAsync(cancellationToken), cancellationToken);
    }

    private async Task<int> InPartsAsync(Func<CoreDb, Task<int>> delete, CancellationToken cancellationToken)
    {
        var gone = 0;
        while (true)
        {
            var step = await store.WriteAsync(delete, cancellationToken);
            gone += step;
            if (step < Part)
            {
                return gone;
            }
        }
    }
}
