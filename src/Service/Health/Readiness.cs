using EncryptionService.Service.Ledger;

namespace EncryptionService.Service.Health;

/// <summary>Ready means: started, not damaged, and the ledger can be written. An unreachable core does not count.</summary>
internal sealed class Readiness(ServiceState state, IServiceProvider services, TimeProvider time) : IDisposable
{
    // Probes come from several places at once; the medium is asked once for all of them.
    private static readonly TimeSpan freshness = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim gate = new(1, 1);
    private DateTimeOffset askedAt = DateTimeOffset.MinValue;
    private string? fault;

    /// <summary>Null when ready, else one line that says why not.</summary>
    public async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        if (state.Damaged)
        {
            return "the ledger is damaged";
        }

        if (!state.Started)
        {
            return state.WaitsFor ?? "starting";
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            if (time.GetUtcNow() - askedAt >= freshness)
            {
                fault = await ProbeAsync(cancellationToken);
                askedAt = time.GetUtcNow();
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

    private async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<ILedger>().ProbeAsync(cancellationToken);
            return null;
        }
        catch (IOException)
        {
            return "the ledger cannot be written";
        }
    }
}
