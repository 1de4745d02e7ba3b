using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Telemetry;
using EncryptionService.Service.Trust;

namespace EncryptionService.Service.Groups;

/// <summary>Applies a group's events of one request as one unit (docs/spec/membership.md, section 4).</summary>
/// <remarks>
/// (1) take the group as it is remembered, (2) freeze if the core proves that the ledger is behind, (3) sort by sequence, and where an event is not
/// simply the next one, sort again by the newest state, (4) have new pins in the ledger, (5) decide, mint, sign: one record, (6) append it; whoever
/// loses the race reads and decides again, (7) queue what is due, (8) answer. MUST NOT answer before (6) is durable.
/// </remarks>
internal sealed class GroupUnits(
    GroupStore store, GroupFreezer freezer, PinBook pins, UnitWriter writer, DuplicateFinder duplicates, IDeliveries deliveries, GroupMetrics metrics)
{
    /// <summary>Applies the events; one receipt for each, in order.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be written; nothing of this unit was applied, or the core learns of it as a duplicate.</exception>
    /// <exception cref="LedgerDamagedException">The group's stream does not verify.</exception>
    public async Task<IReadOnlyList<Receipt>> ApplyAsync(
        GroupId group, IReadOnlyList<GroupEvent> events, string? known, CancellationToken cancellationToken)
    {
        using var lease = await store.RentRememberedAsync(group, cancellationToken); // (1)
        while (true)
        {
            await freezer.CheckAsync(lease, known, cancellationToken); // (2)
            var state = lease.State;
            var sorted = EventSorter.Sort(state, events); // (3)
            if (!lease.IsNewest && sorted.Any(entry => entry.Outcome != Outcome.Unspecified))
            {
                await lease.CatchUpAsync(cancellationToken);
                continue;
            }

            var accepted = sorted.Where(entry => entry.Outcome == Outcome.Unspecified).Select(entry => entry.Event).ToList();
            if (accepted.Count == 0)
            {
                return await AnswerAsync(state, sorted, null, cancellationToken);
            }

            var claims = await ResolveAsync(accepted, cancellationToken); // (4)
            var record = Write(state, accepted, claims, out var decision); // (5)
            if (await AppendAsync(lease, record, cancellationToken)) // (6)
            {
                // From here on the step is finished whatever the caller does: the ledger has it.
                Deliver(lease.State, record, decision); // (7)
                metrics.Unit(record);
                return await AnswerAsync(state, sorted, record, CancellationToken.None); // (8)
            }

            await lease.CatchUpAsync(cancellationToken);
        }
    }

    private static async ValueTask<bool> AppendAsync(GroupLease lease, GroupRecord record, CancellationToken cancellationToken)
    {
        using var span = ServiceSpans.Start("unit.append");
        span?.SetTag("eec.events", record.Events.Count).SetTag("eec.minted", record.Minted is not null);
        return await lease.TryAppendAsync(record, cancellationToken);
    }

    private GroupRecord Write(GroupState state, IReadOnlyList<GroupEvent> accepted, IReadOnlyList<Reason> claims, out UnitDecision decision)
    {
        decision = UnitDecider.Decide(state, accepted, claims, adoption => writer.Holds(state.Id, adoption, pins.State.Find(adoption.Member)));
        return writer.Write(state, decision, pins.State.Frames);
    }

    private async ValueTask<IReadOnlyList<Reason>> ResolveAsync(IReadOnlyList<GroupEvent> accepted, CancellationToken cancellationToken)
    {
        var reasons = new List<Reason>();
        var requests = new List<PinRequest>();
        var places = new List<int>();
        foreach (var entry in accepted)
        {
            switch (entry.Change)
            {
                case GroupChange.Added added:
                    foreach (var member in added.Members)
                    {
                        Claim(member, false, null);
                    }

                    break;
                case GroupChange.Rekeyed rekeyed:
                    Claim(rekeyed.Member, true, rekeyed.KeyChange);
                    break;
                default:
                    break;
            }
        }

        var resolved = await pins.ResolveAsync(requests, cancellationToken);
        for (var i = 0; i < resolved.Count; i++)
        {
            reasons[places[i]] = resolved[i];
        }

        return reasons;

        void Claim(ClaimedMember member, bool rekeys, KeyChange? change)
        {
            if (member.Keys is { } keys)
            {
                places.Add(reasons.Count);
                requests.Add(new PinRequest(member.Member, keys, rekeys, change));
            }

            reasons.Add(member.Fault);
        }
    }

    private void Deliver(GroupState state, GroupRecord record, UnitDecision decision)
    {
        IReadOnlyCollection<RosterMember> recipients = record.Minted is not null
            ? state.Roster
            : [.. decision.Entered.Select(member => state.Roster.TryGet(member, out var entry) ? entry : null).OfType<RosterMember>()];
        deliveries.Add(new Delivery(state.Id, state.Key, state.Statement, 0, pins.State.Pinned(recipients), record.Minted is not null) { Earlier = state.Earlier });
    }

    private async ValueTask<IReadOnlyList<Receipt>> AnswerAsync(
        GroupState before, IReadOnlyList<SortedEvent> sorted, GroupRecord? record, CancellationToken cancellationToken)
    {
        var receipts = new Receipt[sorted.Count];
        var epoch = record?.Minted?.Epoch ?? before.Epoch;
        var revision = record?.Revision ?? before.Revision;
        var next = before.NextSequence + (ulong)(record?.Events.Count ?? 0);
        var stored = await duplicates.FindAsync(
            before, sorted.Where(entry => entry is { Outcome: Outcome.Duplicate, AcceptedTwin: < 0 }).Select(entry => entry.Event), cancellationToken);
        var taken = 0;
        for (var i = 0; i < sorted.Count; i++)
        {
            var entry = sorted[i];
            receipts[i] = entry.Outcome switch
            {
                Outcome.Unspecified => Receipts.Of(entry.Event, record!.Events[taken++], epoch, revision, next),
                Outcome.Duplicate when entry.AcceptedTwin >= 0 =>
                    Receipts.Duplicate(entry.Event, record!.Events[entry.AcceptedTwin], epoch, revision, next),
                Outcome.Duplicate => stored.TryGetValue(entry.Event.Sequence, out var known) && DuplicateFinder.IsSame(entry.Event, known.Event)
                    ? Receipts.Duplicate(entry.Event, known.Event, known.Unit.Epoch, known.Unit.Revision, next)
                    : Receipts.Plain(entry.Event, Outcome.Conflict, Reason.Unspecified, before.Epoch, before.Revision, next),
                _ => Receipts.Plain(entry.Event, entry.Outcome, entry.Reason, epoch, revision, next),
            };
            metrics.Event(receipts[i].Outcome);
        }

        return receipts;
    }
}
