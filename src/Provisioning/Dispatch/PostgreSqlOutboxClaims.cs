using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Claims on PostgreSQL: locks on the oldest waiting event of each group, held by a transaction for as long as the call takes.</summary>
/// <remarks>
/// The server drops the locks with the connection, so what a killed instance had claimed is free at once. What came of the call is written in the same
/// transaction: no second one would get past its locks. Whoever else wants to change waiting events takes the same locks first (docs/spec/dispatch.md, section 2).
/// </remarks>
internal sealed class PostgreSqlOutboxClaims(CoreStore store, OrganizationTurns turns, OutboxQueries queries, TimeProvider time) : IOutboxClaims
{
    // A row that somebody changed meanwhile is checked again by the server before it is locked.
    private const string Heads = """
        SELECT e."GroupId" AS "Value" FROM "Events" e
        WHERE e."State" = 0 AND e."OrganizationId" = {0} AND e."DueAt" <= {1}
          AND NOT EXISTS (SELECT 1 FROM "Events" p WHERE p."State" = 0 AND p."GroupId" = e."GroupId" AND p."Sequence" < e."Sequence")
        ORDER BY e."Id" LIMIT {2} FOR UPDATE OF e SKIP LOCKED
        """;

    private const string Hurry = """
        UPDATE "Events" SET "DueAt" = {0} WHERE "Id" IN (
          SELECT "Id" FROM "Events" WHERE "State" = 0 AND "GroupId" = {1} AND "DueAt" > {0} ORDER BY "Id" FOR UPDATE SKIP LOCKED)
        """;

    /// <inheritdoc/>
    public async Task<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await store.ReadAsync(db => OutboxQueries.DueAsync(db, now, cancellationToken), cancellationToken);
        foreach (var organization in turns.Order(due).Where(turns.TryTake))
        {
            var claim = Begin(organization.Id);
            try
            {
                await claim.TakeAsync(queries, now, cancellationToken);
                if (claim.Events.Count > 0)
                {
                    turns.Served(organization.Id);
                    return claim;
                }
            }
            finally
            {
                if (claim.Events.Count == 0)
                {
                    await claim.DisposeAsync();
                }
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public Task HurryAsync(CoreDb db, string group, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(Hurry, [now.ToUnixTimeMilliseconds(), group], cancellationToken);

    private Claim Begin(string organization) => new(store.Dialect.CreateContext(), turns, organization);

    private sealed class Claim(CoreDb db, OrganizationTurns turns, string organization) : IOutboxClaim
    {
        private IDbContextTransaction? transaction;

        public string Organization => organization;

        public IReadOnlyList<EventRow> Events { get; private set; } = [];

        public async Task TakeAsync(OutboxQueries queries, DateTimeOffset now, CancellationToken cancellationToken)
        {
            transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var groups = await db.Database.SqlQueryRaw<string>(Heads, organization, now.ToUnixTimeMilliseconds(), OutboxQueries.GroupsPerCall).ToListAsync(cancellationToken);
            Events = groups.Count == 0 ? [] : await queries.FillAsync(db, groups, cancellationToken);
        }

        public async Task CompleteAsync(Func<CoreDb, Task> work, CancellationToken cancellationToken)
        {
            await work(db);
            await db.SaveChangesAsync(cancellationToken);
            await transaction!.CommitAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (transaction is not null)
                {
                    await transaction.DisposeAsync();
                }

                await db.DisposeAsync();
            }
            finally
            {
                turns.End(organization);
            }
        }
    }
}
