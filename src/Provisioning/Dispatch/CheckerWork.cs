using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>This instance's checker: one look after the other.</summary>
internal sealed partial class CheckerWork(Checker checker, BackOff backOff, IOptions<DispatchOptions> options, TimeProvider time, ILogger<CheckerWork> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (options.Value.Workers > 0 && !stoppingToken.IsCancellationRequested)
        {
            var pause = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
            try
            {
                await checker.StepAsync(stoppingToken);
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (RelayWorkers.Heals(exception))
            {
                LogLookFailed(logger, exception);
                pause = backOff.After(++failures);
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventId = 1140, Level = LogLevel.Error, Message = "A look at what is lacking failed; the next one comes")]
    private static partial void LogLookFailed(ILogger logger, Exception exception);
}
