using EncryptionService.Service.Ledger;

namespace EncryptionService.Service.Health;

/// <summary>Ready means: started, not damaged, and the ledger can be written. An unreachable core does not count.</summary>
/// <remarks>Answers within two seconds, whatever the medium does; while a look at it is not answered, no second one begins.</remarks>
internal sealed class Readiness(ServiceState state, IServiceProvider services, TimeProvider time)
{
    // Probes come from several places at once; the medium is asked once for all of them.
    private static readonly TimeSpan freshness = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private long askedAt;
    private Task<string?>? look;

    /// <summary>How long a probe waits for the medium.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(2);

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
            return await Look().WaitAsync(Patience, time, cancellationToken);
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
            if (look is null || (look.IsCompleted && time.GetElapsedTime(askedAt) >= freshness))
            {
                askedAt = time.GetTimestamp();
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
