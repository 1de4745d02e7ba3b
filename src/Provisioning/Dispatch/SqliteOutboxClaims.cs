using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Claims on SQLite, which one process alone uses: an organization's turn is the claim, and it ends with the process. Nothing is held in the database during a call.</summary>
internal sealed class SqliteOutboxClaims(CoreStore store, OrganizationTurns turns, OutboxQueries queries, TimeProvider time) : IOutboxClaims
{
    /// <inheritdoc/>
    public async Task<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await store.ReadAsync(db => OutboxQueries.DueAsync(db, now, cancellationToken), cancellationToken);
        foreach (var organization in turns.Order(due).Where(turns.TryTake))
        {
            List<EventRow> events = [];
            try
            {
                events = await store.ReadAsync(
                    async db =>
                    {
                        var groups = await OutboxQueries.HeadsAsync(db, organization.Id, now, cancellationToken);
                        return groups.Count == 0 ? [] : await queries.FillAsync(db, groups, cancellationToken);
                    },
                    cancellationToken);
            }
            finally
            {
                if (events.Count == 0)
                {
                    turns.End(organization.Id);
                }
            }

            if (events.Count > 0)
            {
                turns.Served(organization.Id);
                return new Claim(store, turns, organization.Id, events);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public Task HurryAsync(CoreDb db, string group, DateTimeOffset now, CancellationToken cancellationToken) => db.Events
        .Where(row => row.GroupId == group && row.State == EventState.Waiting && row.DueAt > now)
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, now), cancellationToken);

    private sealed class Claim(CoreStore store, OrganizationTurns turns, string organization, IReadOnlyList<EventRow> events) : IOutboxClaim
    {
        public string Organization => organization;

        public IReadOnlyList<EventRow> Events => events;

        public Task CompleteAsync(Func<CoreDb, Task> work, CancellationToken cancellationToken) => store.WriteAsync(work, cancellationToken);

        public ValueTask DisposeAsync()
        {
            turns.End(organization);
            return ValueTask.CompletedTask;
        }
    }
}
