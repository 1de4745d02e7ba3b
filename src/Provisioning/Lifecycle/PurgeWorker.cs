using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Journal;

namespace EncryptionService.Provisioning.Lifecycle;

/// <summary>Purges members and the provisioning log at the start and once a day from then on. Several instances may do so at once: a member goes once.</summary>
internal sealed partial class PurgeWorker(Purge purge, JournalTrim journal, ListingBook listings, TimeProvider time, ILogger<PurgeWorker> logger) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromDays(1);
    private static readonly TimeSpan intervalAfterFault = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = interval;
            try
            {
                var gone = await purge.RunAsync(time.GetUtcNow(), stoppingToken);
                if (gone > 0)
                {
                    LogPurged(logger, gone);
                }

                await journal.RunAsync(time.GetUtcNow(), stoppingToken);
                await listings.CompleteAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFault(logger, exception);
                wait = intervalAfterFault;
            }

            await Task.Delay(wait, time, stoppingToken);
        }
    }

    [LoggerMessage(EventId = 1710, Level = LogLevel.Information, Message = "Deleted {Members} members for good, whose suspension was long enough ago")]
    private static partial void LogPurged(ILogger logger, int members);

    [LoggerMessage(EventId = 1711, Level = LogLevel.Error, Message = "The purge failed; it is tried again")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
