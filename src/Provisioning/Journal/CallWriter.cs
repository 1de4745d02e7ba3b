namespace EncryptionService.Provisioning.Journal;

/// <summary>Writes the notes of calls each second, and the last ones when the host stops.</summary>
internal sealed partial class CallWriter(CallBook book, TimeProvider time, ILogger<CallWriter> logger) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan intervalAfterFault = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await book.FlushAsync(time.GetUtcNow(), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFault(logger, exception);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = interval;
            try
            {
                await book.FlushAsync(time.GetUtcNow(), stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFault(logger, exception);
                wait = intervalAfterFault;
            }

            await Task.Delay(wait, time, stoppingToken);
        }
    }

    [LoggerMessage(EventId = 1901, Level = LogLevel.Error, Message = "Notes of SCIM calls could not be written; it is tried again")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
