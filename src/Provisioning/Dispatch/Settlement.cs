using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Writes down what came of a delivery, in the transaction that ends its claim.</summary>
/// <remarks>
/// (1) hold members, then lanes; (2) rosters, for what was taken; (3) ask again for what was overtaken; (4) events come to rest; (5) groups that were compared;
/// (6) groups that cannot go on now; (7) chains; (8) the service's state. All of it or nothing.
/// </remarks>
internal sealed partial class Settlement(
    IDialect dialect, EffectiveRoster roster, Reconciler reconciler, ServiceHealth health, BackOff backOff, IOptions<DispatchOptions> options, TimeProvider time,
    ILogger<Settlement> logger)
{
    private const string Malformed = "INVALID_ARGUMENT";

    /// <summary>Writes everything.</summary>
    /// <returns>True if there are new events to send.</returns>
    public async Task<bool> WriteAsync(CoreDb db, Delivery delivery, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var taken = delivery.Answers.Where(answer => answer.Verdict == Verdict.Taken).ToList();
        var book = new ReceiptBook(db, delivery.Organization, taken, now);
        var held = await HoldAsync(db, delivery, book, taken, cancellationToken); // (1)
        await book.WriteAsync(held, cancellationToken); // (2)
        await db.SaveChangesAsync(cancellationToken);
        var told = false;
        foreach (var group in book.Again.GroupBy(pair => pair.Group, pair => pair.Member)) // (3)
        {
            told |= await roster.TouchAsync(db, [group.Key], [.. group], cancellationToken);
        }

        await RestAsync(db, delivery, now, cancellationToken); // (4)
        await EpochBook.WriteAsync(db, taken, now, cancellationToken);
        foreach (var (group, snapshot) in delivery.Snapshots.Where(pair => !pair.Value.Frozen)) // (5)
        {
            told |= await CompareAsync(db, delivery, group, snapshot, now, cancellationToken);
        }

        await DelayAsync(db, delivery, now, cancellationToken); // (6)
        await MarkChainsAsync(db, delivery, taken, now, cancellationToken); // (7)
        if (delivery.Failure is { } failure) // (8)
        {
            await CountAttemptAsync(db, delivery.Events.Select(row => row.Id), cancellationToken);
            await health.FailedAsync(db, delivery.Organization, delivery.AskedAt, failure, cancellationToken);
        }
        else
        {
            await health.AnsweredAsync(db, delivery.Organization, cancellationToken);
        }

        return told;
    }

    private async Task<HashSet<string>> HoldAsync(CoreDb db, Delivery delivery, ReceiptBook book, List<Answer> taken, CancellationToken cancellationToken)
    {
        var held = await book.ConcernedAsync(cancellationToken);
        foreach (var group in delivery.Snapshots.Keys)
        {
            held.UnionWith(await Reconciler.PeopleAsync(db, group, cancellationToken));
        }

        if (held.Count > 0)
        {
            await dialect.LockMembersAsync(db, held, share: false, cancellationToken);
        }

        var groups = taken.Select(answer => answer.Row.GroupId).Concat(delivery.Snapshots.Keys).ToHashSet(StringComparer.Ordinal);
        if (groups.Count > 0)
        {
            await dialect.LockLanesAsync(db, groups, cancellationToken);
        }

        return held;
    }

    private async Task RestAsync(CoreDb db, Delivery delivery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A rejection that needs a comparison comes to rest only together with it: nothing is lost where the core dies in between.
        var resting = delivery.Answers.Where(answer =>
            answer.Verdict == Verdict.Taken
            || (answer.Verdict == Verdict.Rejected && (!answer.NeedsComparison || delivery.Snapshots.TryGetValue(answer.Row.GroupId, out var snapshot) && !snapshot.Frozen)));
        foreach (var outcome in resting.GroupBy(answer => (answer.Verdict, Text: WireNames.Of(answer.Receipt), answer.Receipt.Revision)))
        {
            var ids = outcome.Select(answer => answer.Row.Id).ToList();
            var (state, revision) = outcome.Key.Verdict == Verdict.Taken ? (EventState.Done, (long?)outcome.Key.Revision) : (EventState.Parked, null);
            await db.Events.Where(row => ids.Contains(row.Id) && row.State == EventState.Waiting).ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.State, state)
                    .SetProperty(row => row.Outcome, outcome.Key.Text)
                    .SetProperty(row => row.Revision, revision)
                    .SetProperty(row => row.CompletedAt, now)
                    .SetProperty(row => row.Attempts, row => row.Attempts + 1),
                cancellationToken);
            foreach (var answer in outcome.Where(answer => answer.Verdict == Verdict.Rejected))
            {
                LogParked(logger, delivery.Organization, answer.Row.GroupId, answer.Row.Sequence, outcome.Key.Text);
            }
        }

        foreach (var ended in delivery.Answers.Where(answer => answer is { Verdict: Verdict.Taken, Event.ChangeCase: Contracts.Membership.Event.ChangeOneofCase.GroupDeleted }))
        {
            var revision = (long)ended.Receipt.Revision;
            await db.Rosters.Where(row => row.GroupId == ended.Row.GroupId && row.ToRevision == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ToRevision, revision), cancellationToken);
        }
    }

    private async Task<bool> CompareAsync(CoreDb db, Delivery delivery, string group, GroupSnapshot snapshot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (delivery.Faults.TryGetValue(group, out var fault))
        {
            var head = delivery.Events.First(row => row.GroupId == group && !delivery.Answers.Exists(answer => answer.Row.Id == row.Id));
            if (await db.Events.AnyAsync(
                row => row.GroupId == group && row.Sequence == head.Sequence && row.State == EventState.Parked && row.Outcome!.StartsWith(Malformed), cancellationToken))
            {
                // The same number was refused before: what the comparison wrote anew is as bad. It waits, and somebody has to look.
                return false;
            }

            var outcome = $"{Malformed} {ServiceHealth.Words(fault)}";
            await db.Events.Where(row => row.Id == head.Id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, EventState.Parked).SetProperty(row => row.Outcome, outcome).SetProperty(row => row.CompletedAt, now), cancellationToken);
            LogParked(logger, delivery.Organization, group, head.Sequence, Malformed);
            delivery.Faults.Remove(group);
        }

        LogCompared(logger, delivery.Organization, group, snapshot.Revision);
        return await reconciler.RebuildAsync(db, group, snapshot, cancellationToken);
    }

    /// <summary>Groups that are frozen, at fault, or could not be compared: their oldest event waits.</summary>
    private async Task DelayAsync(CoreDb db, Delivery delivery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var frozen = Frozen(delivery);
        var lacking = delivery.ToCompare().Where(group => !delivery.Snapshots.ContainsKey(group));
        foreach (var group in frozen.Concat(delivery.Faults.Keys).Concat(lacking).Distinct())
        {
            var head = await db.Events.Where(row => row.GroupId == group && row.State == EventState.Waiting).OrderBy(row => row.Sequence).FirstOrDefaultAsync(cancellationToken);
            if (head is null)
            {
                continue;
            }

            var fault = delivery.Faults.GetValueOrDefault(group);
            head.Attempts++;
            head.Outcome = frozen.Contains(group) ? "FROZEN LEDGER_BEHIND" : fault is not null ? ServiceHealth.Describe(fault) : "waits for a comparison with the service";
            head.DueAt = now + (frozen.Contains(group) ? backOff.Longest : fault is not null ? backOff.ForPeople : backOff.After(head.Attempts));
            LogDelayed(logger, delivery.Organization, group, head.Sequence, head.Outcome);
        }
    }

    private async Task MarkChainsAsync(CoreDb db, Delivery delivery, List<Answer> taken, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var frozen = Frozen(delivery);
        var revisions = taken.GroupBy(answer => answer.Row.GroupId).ToDictionary(group => group.Key, group => (long)group.Max(answer => answer.Receipt.Revision));
        var groups = revisions.Keys.Concat(delivery.Snapshots.Keys).Concat(frozen).Distinct().ToList();
        var due = now + TimeSpan.FromMilliseconds(options.Value.RepairAfterMilliseconds);
        foreach (var chain in await db.Chains.Where(row => groups.Contains(row.GroupId)).OrderBy(row => row.GroupId).ToListAsync(cancellationToken))
        {
            chain.Frozen = frozen.Contains(chain.GroupId);
            if (delivery.Snapshots.TryGetValue(chain.GroupId, out var snapshot) && !snapshot.Frozen)
            {
                chain.Acknowledged = snapshot.Revision;
                chain.CheckAt = now;
            }
            else if (revisions.TryGetValue(chain.GroupId, out var revision))
            {
                chain.Acknowledged = Math.Max(chain.Acknowledged, revision);
                chain.CheckAt = chain.CheckAt < due ? chain.CheckAt : due;
            }
        }
    }

    private static HashSet<string> Frozen(Delivery delivery) => delivery.Answers.Where(answer => answer.Verdict == Verdict.Frozen).Select(answer => answer.Row.GroupId)
        .Concat(delivery.Snapshots.Where(pair => pair.Value.Frozen).Select(pair => pair.Key)).ToHashSet(StringComparer.Ordinal);

    private static Task<int> CountAttemptAsync(CoreDb db, IEnumerable<long> events, CancellationToken cancellationToken)
    {
        var ids = events.ToList();
        return db.Events.Where(row => ids.Contains(row.Id) && row.State == EventState.Waiting)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Attempts, row => row.Attempts + 1), cancellationToken);
    }

    [LoggerMessage(EventId = 1100, Level = LogLevel.Warning, Message = "Organization {Organization}, group {Group}: event {Sequence} is parked: {Outcome}")]
    private static partial void LogParked(ILogger logger, string organization, string group, long sequence, string outcome);

    [LoggerMessage(EventId = 1101, Level = LogLevel.Warning, Message = "Organization {Organization}, group {Group}: compared with the service at revision {Revision}")]
    private static partial void LogCompared(ILogger logger, string organization, string group, long revision);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "Organization {Organization}, group {Group}: event {Sequence} waits: {Outcome}")]
    private static partial void LogDelayed(ILogger logger, string organization, string group, long sequence, string outcome);
}
