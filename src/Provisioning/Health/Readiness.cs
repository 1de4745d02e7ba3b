using System.Data.Common;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Health;

/// <summary>Ready means: the database answers, and has the schema that this program was built for. Services and mail do not count.</summary>
internal sealed class Readiness(CoreStore store, TimeProvider time) : IDisposable
{
    // Probes come from several places at once; the database is asked once for all of them.
    private static readonly TimeSpan freshness = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim gate = new(1, 1);
    private long? askedAt;
    private string? fault;

    /// <summary>Null when ready, else one line that says why not.</summary>
    public async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (askedAt is not { } then || time.GetElapsedTime(then) >= freshness)
            {
                fault = await AskAsync(cancellationToken);
                askedAt = time.GetTimestamp();
            }

            return fault;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var pending = await store.ReadAsync(db => db.Database.GetPendingMigrationsAsync(linked.Token), linked.Token);
            return pending.Any() ? "the database has an older schema" : null;
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException or TimeoutException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return "the database does not answer";
        }
    }
}
