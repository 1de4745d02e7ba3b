namespace EncryptionService.EndToEnd.Setting;

/// <summary>Lets a test wait until something is so, woken at every change instead of asking again and again.</summary>
internal sealed class Signal
{
    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Something changed.</summary>
    public void Pulse()
    {
        var before = Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        before.SetResult();
    }

    /// <summary>Returns once the condition holds.</summary>
    public async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = changed.Task;
            if (condition())
            {
                return;
            }

            await next.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        }
    }
}
