using System.Data.Common;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>This instance's workers: each takes step after step, and waits for the bell or the next look when there is nothing to do.</summary>
internal sealed partial class RelayWorkers(Relay relay, OutboxBell bell, BackOff backOff, IOptions<DispatchOptions> options, TimeProvider time, ILogger<RelayWorkers> logger)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Workers).Select(_ => Task.Run(() => WorkAsync(stoppingToken), stoppingToken)));

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var worked = await relay.StepAsync(cancellationToken);
                failures = 0;
                if (!worked)
                {
                    await bell.WaitAsync(TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (Heals(exception))
            {
                // The database is away, or two steps stood in each other's way. What was claimed is free again.
                LogStepFailed(logger, exception);
                await Task.Delay(backOff.After(++failures), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>True for what may be gone the next time; everything else is a fault of the program and ends it.</summary>
    internal static bool Heals(Exception exception) => exception is DbException or DbUpdateException or InvalidOperationException or TimeoutException or IOException or OverflowException;

    [LoggerMessage(EventId = 1120, Level = LogLevel.Error, Message = "A step of dispatch failed; it is tried again")]
    private static partial void LogStepFailed(ILogger logger, Exception exception);
}
