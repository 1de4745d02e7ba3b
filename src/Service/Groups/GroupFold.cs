using System.Collections.Immutable;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;

namespace EncryptionService.Service.Groups;

/// <summary>State from records: the one place that says what a record means. Pure.</summary>
internal static class GroupFold
{
    /// <summary>The state after a record.</summary>
    /// <exception cref="InvalidDataException">The record does not fit the state: the ledger was changed.</exception>
    public static GroupState Apply(GroupState state, GroupRecord record)
    {
        if (record.Reseal is { } reseal)
        {
            Require(reseal.Generation == state.Generation + 1 && reseal.Epoch == state.Epoch, "a reseal that does not fit");
            return state with { Generation = reseal.Generation, MembersLength = record.MembersLength };
        }

        if (record.FrozenBy.Length > 0)
        {
            return state with { FrozenBy = record.FrozenBy };
        }

        var recovery = record.Recovery.Length > 0;
        Require(recovery ? record.Revision > state.Revision : record.Revision == state.Revision + 1, "a revision that does not follow");
        Require(record.Statement.Length > 0, "no statement");
        Require(record.Minted is null || record.Minted.Epoch > state.Epoch, "an epoch that does not follow");
        Require(!state.Ended, "a record after the end");

        var next = state.NextSequence;
        foreach (var entry in record.Events)
        {
            Require(entry.Sequence == next, "a sequence that does not follow");
            next++;
        }

        return state with
        {
            NextSequence = next,
            Revision = record.Revision,
            Statement = record.Statement,
            // Between a recovery and what the ledger had before lie statements that it lost.
            Earlier = recovery || state.Revision == 0 ? [] : Behind(state.Earlier, state.Statement),
            StatementHash = StatementText.HashOf(record.Statement),
            Key = record.Minted ?? state.Key,
            Roster = Change(state.Roster, record.Changes),
            Ended = record.Ended,
            FrozenBy = recovery ? "" : state.FrozenBy,
            MembersLength = record.MembersLength,
            Recent = Remember(state.Recent, record, record.Minted?.Epoch ?? state.Epoch),
        };
    }

    /// <summary>The state as a snapshot's payload.</summary>
    public static GroupSnapshot ToSnapshot(GroupState state)
    {
        var snapshot = new GroupSnapshot
        {
            NextSequence = state.NextSequence,
            Revision = state.Revision,
            Generation = state.Generation,
            Key = state.Key,
            Statement = state.Statement,
            Ended = state.Ended,
            FrozenBy = state.FrozenBy,
            MembersLength = state.MembersLength,
        };
        snapshot.Roster.AddRange(state.Roster.Select(member => new RosterChange { MemberId = member.Member.Value, Keys = KeyRecords.ToRecord(member.Keys) }));
        snapshot.Recent.AddRange(state.Recent);
        return snapshot;
    }

    /// <summary>The state that a snapshot holds.</summary>
    /// <exception cref="InvalidDataException">It holds none.</exception>
    public static GroupState FromSnapshot(GroupId id, GroupSnapshot snapshot) => GroupState.New(id) with
    {
        NextSequence = snapshot.NextSequence,
        Revision = snapshot.Revision,
        Statement = snapshot.Statement,
        StatementHash = snapshot.Statement.Length > 0 ? StatementText.HashOf(snapshot.Statement) : default,
        Key = snapshot.Key,
        Roster = Change(RosterTree.Empty<RosterMember>(), snapshot.Roster),
        Generation = snapshot.Generation,
        Ended = snapshot.Ended,
        FrozenBy = snapshot.FrozenBy,
        MembersLength = snapshot.MembersLength,
        Recent = [.. snapshot.Recent],
    };

    /// <summary>The roster after changes, in order.</summary>
    public static RosterTree<RosterMember> Change(RosterTree<RosterMember> roster, IEnumerable<RosterChange> changes)
    {
        foreach (var change in changes)
        {
            Require(MemberId.TryParse(change.MemberId, out var member), "a roster change that names no member");
            roster = change.Keys is null ? roster.Remove(member) : roster.Set(new RosterMember(member, KeyRecords.FromRecord(change.Keys)));
        }

        return roster;
    }

    private static ImmutableList<string> Behind(ImmutableList<string> earlier, string statement)
        => (earlier.Count < GroupState.EarlierStatements ? earlier : earlier.RemoveAt(0)).Add(statement);

    private static ImmutableList<Unit> Remember(ImmutableList<Unit> recent, GroupRecord record, ulong epoch)
    {
        if (record.Events.Count == 0)
        {
            return recent;
        }

        var unit = new Unit { Epoch = epoch, Revision = record.Revision };
        unit.Events.AddRange(record.Events);
        recent = recent.Add(unit);
        var receipts = recent.Sum(ReceiptsIn);
        while (recent.Count > GroupState.RecentUnits || (recent.Count > 1 && receipts > GroupState.RecentReceipts))
        {
            receipts -= ReceiptsIn(recent[0]);
            recent = recent.RemoveAt(0);
        }

        return recent;

        static int ReceiptsIn(Unit unit) => unit.Events.Sum(entry => entry.Members.Count);
    }

    private static void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new InvalidDataException($"the group's stream has {fault}");
        }
    }
}
