using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Grpc.Core;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>One step of a worker: from events that are due to a transaction that says what became of them (README.md beside this file).</summary>
/// <remarks>
/// (1) claim groups of one organization, (2) send their events, (3) fetch what has to be compared, (4) write everything down, which ends the claim.
/// A crash before (4) leaves the events waiting; they are sent again and answered DUPLICATE.
/// </remarks>
internal sealed partial class Relay(
    IOutboxClaims claims, EventSender sender, Reconciler reconciler, Settlement settlement, ServiceHealth health, CoreStore store, OutboxBell bell, TimeProvider time,
    ILogger<Relay> logger)
{
    /// <summary>Runs a step.</summary>
    /// <returns>False if nothing was due.</returns>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        string? organization = null;
        try
        {
            await using var claim = await claims.TryClaimAsync(cancellationToken); // (1)
            organization = claim?.Organization;
            return claim is not null && await ServeAsync(claim, cancellationToken);
        }
        catch (Exception exception) when (organization is not null && RelayWorkers.Heals(exception))
        {
            // The claim is given back. What cannot be written down for one organization is nothing that the others should wait for.
            LogNotSettled(logger, exception, organization);
            var failure = new RpcException(new Status(StatusCode.Internal, "What came of the events could not be written down."));
            await store.WriteAsync(db => health.FailedAsync(db, organization, time.GetUtcNow(), failure, cancellationToken), cancellationToken);
            return true;
        }
    }

    private async Task<bool> ServeAsync(IOutboxClaim claim, CancellationToken cancellationToken)
    {
        // Another worker may find something for another organization.
        bell.Ring();
        var delivery = await sender.SendAsync(claim.Organization, claim.Events, cancellationToken); // (2)
        await FetchAsync(delivery, cancellationToken); // (3)
        var told = false;
        await claim.CompleteAsync(async db => told = await settlement.WriteAsync(db, delivery, cancellationToken), cancellationToken); // (4)
        if (told)
        {
            bell.Ring();
        }

        if (delivery.Failure is { } failure)
        {
            LogFailed(logger, delivery.Organization, (time.GetUtcNow() - delivery.AskedAt).TotalMilliseconds, failure.StatusCode, ServiceHealth.Describe(failure));
        }

        return true;
    }

    private async Task FetchAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Failure is not null)
        {
            return;
        }

        foreach (var group in delivery.ToCompare())
        {
            try
            {
                delivery.Snapshots[group] = await reconciler.FetchAsync(delivery.Organization, group, cancellationToken);
            }
            catch (RpcException exception)
            {
                LogNotCompared(logger, delivery.Organization, group, exception.StatusCode);
                if (exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
                {
                    delivery.Failure = exception;
                    return;
                }
            }
        }
    }

    [LoggerMessage(EventId = 1110, Level = LogLevel.Warning, Message = "Organization {Organization}: the service did not take the events; after {Milliseconds} ms {Status}. {Problem}")]
    private static partial void LogFailed(ILogger logger, string organization, double milliseconds, StatusCode status, string problem);

    [LoggerMessage(EventId = 1112, Level = LogLevel.Error, Message = "Organization {Organization}: what came of its events could not be written down; they are sent again")]
    private static partial void LogNotSettled(ILogger logger, Exception exception, string organization);

    [LoggerMessage(EventId = 1111, Level = LogLevel.Warning, Message = "Organization {Organization}, group {Group}: could not be compared with the service: {Status}")]
    private static partial void LogNotCompared(ILogger logger, string organization, string group, StatusCode status);
}
