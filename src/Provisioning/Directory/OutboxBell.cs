namespace EncryptionService.Provisioning.Directory;

/// <summary>Tells this instance's workers that there may be something to do, so that they need not look all the time. Ringing twice is ringing once.</summary>
internal sealed class OutboxBell : IDisposable
{
    private readonly SemaphoreSlim rung = new(0, 1);

    /// <summary>Rings; call it after the commit.</summary>
    public void Ring()
    {
        try
        {
            rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // Rung already, and not heard yet.
        }
    }

    /// <summary>Waits for the bell, at most this long.</summary>
    public async Task WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var bell = rung.WaitAsync(linked.Token);
        await Task.WhenAny(bell, Task.Delay(patience, time, linked.Token));
        await linked.CancelAsync();
        await bell.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose() => rung.Dispose();
}
