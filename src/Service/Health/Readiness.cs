using EncryptionService.Service.Ledger;

namespace EncryptionService.Service.Health;

/// <summary>Ready means: started, not damaged, and the ledger can be written. An unreachable core does not count.</summary>
/// <remarks>Answers within two seconds, whatever the medium does; while a look at it is not answered, no second one begins.</remarks>
internal sealed class Readiness(ServiceState state, IServiceProvider services, TimeProvider time)
{
    // Probes come from several places at once; the medium is asked once for all of them.
    private static readonly TimeSpan freshness = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private DateTimeOffset askedAt;
    private Task<string?>? look;

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

        try
        {
            // Whoever probes waits in real time, whatever clock the service goes by.
            return await Look().WaitAsync(patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            return "the ledger does not answer";
        }
    }

    private Task<string?> Look()
    {
        lock (gate)
        {
            if (look is null || (look.IsCompleted && time.GetUtcNow() - askedAt >= freshness))
            {
                askedAt = time.GetUtcNow();
                look = Task.Run(ProbeAsync); // a disk that hangs must not hang its caller
            }

            return look;
        }
    }

    private async Task<string?> ProbeAsync()
    {
        try
        {
            await services.GetRequiredService<ILedger>().ProbeAsync(CancellationToken.None);
            return null;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return "the ledger cannot be written";
        }
    }
}
