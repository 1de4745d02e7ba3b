using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using Google.Protobuf;

namespace EncryptionService.Service.Groups;

/// <summary>What a unit does to a group: the decision, before any key is minted or anything is signed.</summary>
internal sealed class UnitDecision
{
    /// <summary>The stored receipts, one for each accepted event.</summary>
    public List<EventRecord> Events { get; } = [];

    /// <summary>Roster changes in order.</summary>
    public List<RosterChange> Changes { get; } = [];

    /// <summary>The roster after the unit.</summary>
    public required RosterTree<RosterMember> Roster { get; set; }

    /// <summary>Members who entered and are still in the roster get an envelope of the current epoch.</summary>
    public HashSet<MemberId> Entered { get; } = [];

    /// <summary>What happened, for the statement.</summary>
    public SortedSet<string> Why { get; } = new(StringComparer.Ordinal);

    /// <summary>A new epoch is due, because somebody left, changed keys, or it was asked for.</summary>
    public bool Mint { get; set; }

    /// <summary>The group ends with this unit.</summary>
    public bool Ended { get; set; }

    /// <summary>The adoption that was accepted, or null.</summary>
    public Adoption? Adoption { get; set; }
}

/// <summary>Decides what a unit of accepted events does (docs/spec/membership.md, sections 2 and 4). Pure.</summary>
internal static class UnitDecider
{
    /// <summary>The decision for accepted events.</summary>
    /// <param name="state">The group before the unit.</param>
    /// <param name="accepted">Accepted events, in order.</param>
    /// <param name="claims">For each claimed member of the accepted events, in order: why her keys may not be used, or unspecified.</param>
    /// <param name="adoptionHolds">Whether an adoption verifies and opens.</param>
    public static UnitDecision Decide(
        GroupState state, IReadOnlyList<GroupEvent> accepted, IReadOnlyList<Reason> claims, Func<Adoption, bool> adoptionHolds)
    {
        var decision = new UnitDecision { Roster = state.Roster };
        var exists = state.Exists;
        var claim = 0;
        foreach (var entry in accepted)
        {
            var record = new EventRecord
            {
                Sequence = entry.Sequence,
                EventId = entry.EventId,
                Digest = ByteString.CopyFrom(entry.Digest.ToArray()),
                Outcome = Outcome.Applied,
            };
            switch (entry.Change)
            {
                case GroupChange.Created:
                    record.Reason = exists ? Reason.GroupExists : Reason.Unspecified;
                    if (!exists)
                    {
                        decision.Why.Add("created");
                    }

                    exists = true;
                    break;
                case GroupChange.Added added:
                    foreach (var member in added.Members)
                    {
                        record.Members.Add(Add(decision, member, claims[claim++]));
                    }

                    break;
                case GroupChange.Rekeyed rekeyed:
                    record.Members.Add(Rekey(decision, rekeyed.Member, claims[claim++]));
                    break;
                case GroupChange.Removed removed:
                    foreach (var member in removed.Members)
                    {
                        record.Members.Add(Remove(decision, member));
                    }

                    break;
                case GroupChange.Adopted adopted:
                    record.Reason = Adopt(state, decision, adopted.Adoption, adoptionHolds);
                    break;
                case GroupChange.Rotated:
                    if (state.Epoch > 0)
                    {
                        decision.Mint = true;
                        decision.Why.Add("rotated");
                    }

                    break;
                case GroupChange.Deleted:
                    End(decision);
                    break;
                default:
                    throw new InvalidOperationException("The list of changes is closed.");
            }

            if (record.Reason != Reason.Unspecified)
            {
                record.Outcome = Outcome.Rejected;
            }

            decision.Events.Add(record);
        }

        decision.Mint = !decision.Ended && (decision.Mint || (state.Epoch == 0 && decision.Roster.Count > 0));
        return decision;
    }

    private static MemberReceipt Add(UnitDecision decision, ClaimedMember claimed, Reason refused)
    {
        if (refused != Reason.Unspecified || claimed.Keys is null)
        {
            return Receipt(claimed.Member, MemberOutcome.Refused, refused);
        }

        if (decision.Roster.TryGet(claimed.Member, out var present))
        {
            if (present.Keys.Ids == claimed.Keys.Ids)
            {
                return Receipt(claimed.Member, MemberOutcome.Already);
            }

            // Her pin moved on in another group: the old keys must not open what comes.
            decision.Mint = true;
            decision.Why.Add("rekeyed");
        }
        else
        {
            decision.Why.Add("added");
        }

        Enter(decision, claimed.Member, claimed.Keys);
        return Receipt(claimed.Member, MemberOutcome.Wrapped);
    }

    private static MemberReceipt Rekey(UnitDecision decision, ClaimedMember claimed, Reason refused)
    {
        if (refused != Reason.Unspecified || claimed.Keys is null)
        {
            return Receipt(claimed.Member, MemberOutcome.Refused, refused);
        }

        if (!decision.Roster.TryGet(claimed.Member, out var present))
        {
            return Receipt(claimed.Member, MemberOutcome.Removed);
        }

        if (present.Keys.Ids == claimed.Keys.Ids)
        {
            return Receipt(claimed.Member, MemberOutcome.Already);
        }

        decision.Mint = true;
        decision.Why.Add("rekeyed");
        Enter(decision, claimed.Member, claimed.Keys);
        return Receipt(claimed.Member, MemberOutcome.Wrapped);
    }

    private static MemberReceipt Remove(UnitDecision decision, MemberId member)
    {
        if (decision.Roster.TryGet(member, out _))
        {
            decision.Roster = decision.Roster.Remove(member);
            decision.Changes.Add(new RosterChange { MemberId = member.Value });
            decision.Entered.Remove(member);
            decision.Mint = true;
            decision.Why.Add("removed");
        }

        return Receipt(member, MemberOutcome.Removed);
    }

    private static Reason Adopt(GroupState state, UnitDecision decision, Adoption? adoption, Func<Adoption, bool> holds)
    {
        if (state.Epoch > 0 || decision.Adoption is not null)
        {
            return Reason.GroupHasEpoch;
        }

        if (adoption is null || !holds(adoption))
        {
            return Reason.AdoptionInvalid;
        }

        decision.Adoption = adoption;
        decision.Mint = true;
        decision.Why.Add("adopted");
        return Reason.Unspecified;
    }

    private static void End(UnitDecision decision)
    {
        foreach (var member in decision.Roster)
        {
            decision.Changes.Add(new RosterChange { MemberId = member.Member.Value });
        }

        decision.Roster = RosterTree.Empty<RosterMember>();
        decision.Entered.Clear();
        decision.Ended = true;
        decision.Why.Add("deleted");
    }

    private static void Enter(UnitDecision decision, MemberId member, MemberKeys keys)
    {
        decision.Roster = decision.Roster.Set(new RosterMember(member, keys));
        decision.Changes.Add(new RosterChange { MemberId = member.Value, Keys = KeyRecords.ToRecord(keys) });
        decision.Entered.Add(member);
    }

    private static MemberReceipt Receipt(MemberId member, MemberOutcome outcome, Reason reason = Reason.Unspecified)
        => new() { MemberId = member.Value, Outcome = outcome, Reason = reason };
}
