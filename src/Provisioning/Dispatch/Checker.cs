using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Envelopes;
using EncryptionService.Provisioning.Settings;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Looks whether statements and envelopes have come, and fetches what has not (docs/spec/dispatch.md, section 6).</summary>
/// <remarks>
/// Of one group: (1) claim the check, (2) fetch statements that the service acknowledged and the chain lacks, (3) have envelopes of the current epoch
/// made again for members who lack theirs, (4) done, or another look later.
/// </remarks>
internal sealed partial class Checker(
    CoreStore store, ServiceDoors doors, StatementIntake intake, Reconciler reconciler, ServiceHealth health, BackOff backOff, ResealPatience patience,
    IOptions<DispatchOptions> options, TimeProvider time, ILogger<Checker> logger)
{
    private const int Part = 100;
    private const int Streams = 4;
    private const int MembersPerReseal = 1_000;

    private TimeSpan RepairAfter => TimeSpan.FromMilliseconds(options.Value.RepairAfterMilliseconds);

    /// <summary>Checks what is due now. An organization whose service fails costs the others nothing but a place among the streams.</summary>
    /// <returns>How many groups were looked at.</returns>
    public async Task<int> StepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await store.ReadAsync(
            db => db.Chains
                .Where(row => row.CheckAt <= now && db.Services.Any(service => service.OrganizationId == row.OrganizationId && (service.DispatchAfter == null || service.DispatchAfter <= now)))
                .OrderBy(row => row.CheckAt).Take(Part).ToListAsync(cancellationToken),
            cancellationToken);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = Streams, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(due.GroupBy(row => row.OrganizationId), limits, async (organization, token) =>
        {
            foreach (var chain in organization)
            {
                if (!await CheckAsync(chain, token))
                {
                    return;
                }
            }
        });
        return due.Count;
    }

    /// <summary>Checks one group.</summary>
    /// <returns>False if the service does not answer.</returns>
    private async Task<bool> CheckAsync(ChainRow due, CancellationToken cancellationToken)
    {
        var asked = time.GetUtcNow();
        var lease = asked + TimeSpan.FromMilliseconds(options.Value.CallTimeoutMilliseconds) + RepairAfter;
        if (await ClaimAsync(due, lease, cancellationToken) is not { } seen) // (1)
        {
            return true;
        }

        try
        {
            var chain = await FetchStatementsAsync(seen, cancellationToken); // (2)
            var done = chain.Revision >= chain.Acknowledged && await ResealAsync(chain, cancellationToken); // (3)
            await FinishAsync(chain, lease, done, cancellationToken); // (4)
            return true;
        }
        catch (RpcException exception)
        {
            LogFailed(logger, seen.OrganizationId, seen.GroupId, exception.StatusCode, ServiceHealth.Describe(exception));
            await FinishAsync(seen, lease, done: false, cancellationToken);
            if (exception.StatusCode is StatusCode.ResourceExhausted or StatusCode.FailedPrecondition or StatusCode.NotFound or StatusCode.InvalidArgument or StatusCode.DataLoss)
            {
                return exception.StatusCode != StatusCode.ResourceExhausted;
            }

            await store.WriteAsync(db => health.FailedAsync(db, seen.OrganizationId, asked, exception, cancellationToken), cancellationToken);
            return false;
        }
        catch (Exception exception) when (RelayWorkers.Heals(exception))
        {
            LogBroken(logger, exception, seen.OrganizationId, seen.GroupId);
            await FinishAsync(seen, lease, done: false, cancellationToken);
            return true;
        }
    }

    /// <summary>Only one of several instances gets past the same time of a check.</summary>
    /// <returns>The chain as it is with the claim: a receipt may have come since the list was read, and left a time alone that was early enough for it.</returns>
    private Task<ChainRow?> ClaimAsync(ChainRow due, DateTimeOffset lease, CancellationToken cancellationToken) => store.WriteAsync(
        async db => await db.Chains.Where(row => row.GroupId == due.GroupId && row.CheckAt == due.CheckAt)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CheckAt, lease), cancellationToken) == 1
            ? await db.Chains.AsNoTracking().SingleAsync(row => row.GroupId == due.GroupId, cancellationToken)
            : null,
        cancellationToken);

    private async Task<ChainRow> FetchStatementsAsync(ChainRow chain, CancellationToken cancellationToken)
    {
        while (chain.Revision < chain.Acknowledged)
        {
            var known = await store.ReadAsync(
                db => db.Statements.Where(row => row.GroupId == chain.GroupId && row.Revision == chain.Revision).Select(row => row.Statement).SingleOrDefaultAsync(cancellationToken),
                cancellationToken) ?? "";
            var response = await doors.GetGroupAsync(
                chain.OrganizationId,
                new GetGroupRequest { GroupId = chain.GroupId, Statement = known, StatementsAfter = (ulong)chain.Revision, MaxStatements = Part, MaxMembers = 1 },
                cancellationToken);
            var taken = await store.WriteAsync(db => TakeAsync(db, chain, response, cancellationToken), cancellationToken);
            chain = await store.ReadAsync(db => db.Chains.SingleAsync(row => row.GroupId == chain.GroupId, cancellationToken), cancellationToken);
            if (!taken || !response.MoreStatements)
            {
                break;
            }
        }

        return chain;
    }

    private async Task<bool> TakeAsync(CoreDb db, ChainRow chain, GetGroupResponse response, CancellationToken cancellationToken)
    {
        if (response.Frozen)
        {
            await db.Chains.Where(row => row.GroupId == chain.GroupId).ExecuteUpdateAsync(set => set.SetProperty(row => row.Frozen, true), cancellationToken);
        }

        foreach (var statement in response.Statements)
        {
            var result = await intake.TakeAsync(db, chain.OrganizationId, chain.GroupId, statement, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            if (!result.IsThere)
            {
                LogStatementRefused(logger, chain.OrganizationId, chain.GroupId, result.Problem);
                return false;
            }
        }

        return response.Statements.Count > 0;
    }

    /// <returns>True if nobody lacks an envelope.</returns>
    private async Task<bool> ResealAsync(ChainRow chain, CancellationToken cancellationToken)
    {
        var lacking = chain.Epoch == 0 ? [] : await store.ReadAsync(
            db => db.Rosters
                .Where(row => row.GroupId == chain.GroupId && row.RemovedSequence == null && row.FromRevision != null
                    && !db.Envelopes.Any(envelope => envelope.GroupId == row.GroupId && envelope.Epoch == chain.Epoch && envelope.MemberId == row.MemberId && envelope.Kid == row.Hpke))
                .OrderBy(row => row.MemberId).Select(row => row.MemberId).ToListAsync(cancellationToken),
            cancellationToken);
        if (lacking.Count == 0 || chain.Frozen)
        {
            patience.Forget(chain.GroupId);
            return lacking.Count == 0;
        }

        if (patience.IsComing(chain.GroupId, chain.Epoch, lacking.Count))
        {
            return false;
        }

        foreach (var part in lacking.Chunk(MembersPerReseal))
        {
            var request = new ResealRequest { GroupId = chain.GroupId, Epoch = (ulong)chain.Epoch };
            request.MemberIds.AddRange(part);
            var response = await doors.ResealAsync(chain.OrganizationId, request, cancellationToken);
            LogResealed(logger, chain.OrganizationId, chain.GroupId, chain.Epoch, part.Length);
            if (response.Members.Any(member => member.Outcome == MemberOutcome.Removed))
            {
                // The core believes that somebody is in the roster whom the ledger does not have there.
                await reconciler.RequestAsync(chain.OrganizationId, chain.GroupId, cancellationToken);
            }
        }

        return false;
    }

    private Task<int> FinishAsync(ChainRow chain, DateTimeOffset lease, bool done, CancellationToken cancellationToken)
    {
        var checks = done ? 0 : chain.Checks + 1;
        var next = done ? (DateTimeOffset?)null : time.GetUtcNow() + backOff.After(checks, RepairAfter);

        // Whoever set another time meanwhile, because a receipt or a post came, is right.
        return store.WriteAsync(
            db => db.Chains.Where(row => row.GroupId == chain.GroupId && row.CheckAt == lease && row.Acknowledged == chain.Acknowledged)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.CheckAt, next).SetProperty(row => row.Checks, checks), cancellationToken),
            cancellationToken);
    }

    [LoggerMessage(EventId = 1130, Level = LogLevel.Warning, Message = "Organization {Organization}, group {Group}: could not be checked: {Status}. {Problem}")]
    private static partial void LogFailed(ILogger logger, string organization, string group, StatusCode status, string problem);

    [LoggerMessage(EventId = 1133, Level = LogLevel.Error, Message = "Organization {Organization}, group {Group}: the check failed; the next one comes")]
    private static partial void LogBroken(ILogger logger, Exception exception, string organization, string group);

    [LoggerMessage(EventId = 1131, Level = LogLevel.Error, Message = "Organization {Organization}, group {Group}: a statement that the service gave was not taken: {Problem}")]
    private static partial void LogStatementRefused(ILogger logger, string organization, string group, string problem);

    [LoggerMessage(EventId = 1132, Level = LogLevel.Information, Message = "Organization {Organization}, group {Group}: asked for {Count} envelopes of epoch {Epoch} again")]
    private static partial void LogResealed(ILogger logger, string organization, string group, long epoch, int count);
}
