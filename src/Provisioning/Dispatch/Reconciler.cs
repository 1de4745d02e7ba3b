using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Compares a group with the service's ledger, and writes the events that are missing (docs/spec/membership.md, section 8; dispatch.md, section 5).</summary>
internal sealed class Reconciler(
    CoreStore store, ServiceDoors doors, IOutboxClaims claims, EffectiveRoster roster, OutboxBell bell, TimeProvider time)
{
    /// <summary>Kind of the event that asks for a comparison. It is never sent: its turn is the comparison.</summary>
    public const string Comparison = "comparison";

    private const uint PageMembers = 10_000;
    private const int MostMembers = 500_000;
    private const int Attempts = 3;

    /// <summary>Asks for a comparison; it happens when the group's turn comes, within seconds.</summary>
    /// <returns>False if there is no such group.</returns>
    public async Task<bool> RequestAsync(string organization, string group, CancellationToken cancellationToken)
    {
        var asked = await store.WriteAsync(db => AskAsync(db, organization, group, cancellationToken), cancellationToken);
        if (asked)
        {
            bell.Ring();
        }

        return asked;
    }

    /// <summary>The same within a transaction that holds no lane yet; ring the bell after its commit.</summary>
    public async Task<bool> AskAsync(CoreDb db, string organization, string group, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await claims.HurryAsync(db, group, now, cancellationToken);
        await store.Dialect.LockLanesAsync(db, [group], cancellationToken);
        var lane = await db.Lanes.SingleOrDefaultAsync(row => row.GroupId == group && row.OrganizationId == organization, cancellationToken);
        if (lane is null)
        {
            return false;
        }

        if (!await db.Events.AnyAsync(row => row.GroupId == group && row.State == EventState.Waiting && row.Kind == Comparison, cancellationToken))
        {
            db.Events.Add(new EventRow
            {
                OrganizationId = organization,
                GroupId = group,
                Sequence = lane.NextSequence++,
                EventId = Guid.CreateVersion7(now).ToString(),
                Kind = Comparison,
                Members = 0,
                Payload = [],
                OccurredAt = now,
                State = EventState.Waiting,
                DueAt = now,
            });
        }

        return true;
    }

    /// <summary>Asks the service what its ledger says, the whole roster included.</summary>
    /// <exception cref="RpcException">The service did not answer, or the group changed while it did.</exception>
    public async Task<GroupSnapshot> FetchAsync(string organization, string group, CancellationToken cancellationToken)
    {
        var known = await store.ReadAsync(
            db => db.Statements.Where(row => row.GroupId == group).OrderByDescending(row => row.Revision).Select(row => row.Statement).FirstOrDefaultAsync(cancellationToken),
            cancellationToken) ?? "";
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await ReadPagesAsync(organization, group, known, cancellationToken) is { } snapshot)
            {
                return snapshot;
            }
        }

        throw new RpcException(new Status(StatusCode.Aborted, "The group kept changing while it was compared."));
    }

    /// <summary>Makes the group's tables say what the service says, then writes events for the difference to what is wanted.</summary>
    /// <remarks>(1) what waits is overtaken, (2) stays are the service's, (3) numbers go on at the service's, (4) new events. The group is claimed, its people and its lane are held.</remarks>
    /// <returns>True if there is something to send.</returns>
    public async Task<bool> RebuildAsync(CoreDb db, string group, GroupSnapshot snapshot, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.SaveChangesAsync(cancellationToken);
        var lane = await db.Lanes.SingleAsync(row => row.GroupId == group, cancellationToken);
        var waiting = db.Events.Where(row => row.GroupId == group && row.State == EventState.Waiting);
        var rotation = await waiting.Where(row => row.Kind == "rotation_requested").Select(row => new Asked(row.Note)).FirstOrDefaultAsync(cancellationToken);
        var lost = snapshot.Deleted && !lane.Deleted;
        await waiting.ExecuteUpdateAsync( // (1)
            set => set
                .SetProperty(row => row.State, lost ? EventState.Parked : EventState.Superseded)
                .SetProperty(row => row.Outcome, lost ? $"REJECTED {WireNames.Of(Reason.GroupDeleted)}" : "compared with the service")
                .SetProperty(row => row.CompletedAt, now),
            cancellationToken);

        var refused = await RefusedAsync(db, group, cancellationToken);
        await RosterRebuild.WriteAsync(db, lane, snapshot, cancellationToken); // (2)
        lane.NextSequence = Math.Max(1, snapshot.NextSequence); // (3)
        if (lost)
        {
            // The service ended the group, which the core must have asked for before it was restored: the id is spent.
            lane.Deleted = true;
            return false;
        }

        return lane.Deleted
            ? snapshot is { Exists: true, Deleted: false } && await EndAsync(db, lane, cancellationToken)
            : await TellAsync(db, lane, snapshot, refused, rotation, cancellationToken); // (4)
    }

    private async Task<bool> TellAsync(CoreDb db, LaneRow lane, GroupSnapshot snapshot, HashSet<string> refused, Asked? rotation, CancellationToken cancellationToken)
    {
        var told = !snapshot.Exists || rotation is not null;
        if (!snapshot.Exists)
        {
            new EventWriter(db, lane, time.GetUtcNow()).Created();
        }

        var people = (await PeopleAsync(db, lane.GroupId, cancellationToken)).Except(refused, StringComparer.Ordinal);
        foreach (var part in people.Chunk(EventWriter.MembersPerEvent))
        {
            told |= await roster.TouchAsync(db, [lane.GroupId], part, cancellationToken);
        }

        if (rotation is not null)
        {
            roster.Rotate(db, lane, rotation.Note);
        }

        return told;
    }

    /// <summary>Everybody whom a comparison of the group is about.</summary>
    public static async Task<HashSet<string>> PeopleAsync(CoreDb db, string group, CancellationToken cancellationToken) =>
        (await db.GroupMembers.Where(row => row.GroupId == group).Select(row => row.MemberId)
            .Union(db.Rosters.Where(row => row.GroupId == group && row.RemovedSequence == null).Select(row => row.MemberId))
            .ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);

    private async Task<bool> EndAsync(CoreDb db, LaneRow lane, CancellationToken cancellationToken)
    {
        await roster.EndAsync(db, lane, cancellationToken);
        return true;
    }

    /// <summary>Members whose present keys the service refused: asking again with the same keys would be refused again.</summary>
    private static async Task<HashSet<string>> RefusedAsync(CoreDb db, string group, CancellationToken cancellationToken) => (await db.Refusals
        .Where(row => row.GroupId == group
            && !db.Rosters.Any(stay => stay.GroupId == group && stay.MemberId == row.MemberId && stay.RemovedSequence == null && stay.FromRevision == null))
        .Select(row => row.MemberId).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The service is the customer's program: what it says is written into tables that are not the customer's alone.</summary>
    private static void Check(GetGroupResponse page, int members)
    {
        if (page.NextSequence > long.MaxValue || page.Revision > long.MaxValue || members + page.Roster.Count > MostMembers || page.Roster.Any(entry =>
            !IdText.IsValid(entry.MemberId) || !IdText.IsValid(entry.Alg) || !IdText.IsValid(entry.HpkeThumbprint) || !IdText.IsValid(entry.SigningThumbprint)))
        {
            throw new RpcException(new Status(StatusCode.Unknown, "What the service says about a group cannot be."));
        }
    }

    private async Task<GroupSnapshot?> ReadPagesAsync(string organization, string group, string known, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<string, RosterEntry>(StringComparer.Ordinal);
        GetGroupResponse? first = null;
        GetGroupResponse page;
        var after = "";
        do
        {
            // No statement is wanted here: they are fetched by whoever keeps them.
            page = await doors.GetGroupAsync(
                organization,
                new GetGroupRequest { GroupId = group, Statement = known, StatementsAfter = ulong.MaxValue, MembersAfter = after, MaxMembers = PageMembers },
                cancellationToken);
            first ??= page;
            Check(page, entries.Count);
            if (page.Revision != first.Revision || page.NextSequence != first.NextSequence)
            {
                return null;
            }

            var before = entries.Count;
            foreach (var entry in page.Roster)
            {
                entries[entry.MemberId] = entry;
                after = entry.MemberId;
            }

            if (page.MoreMembers && entries.Count == before)
            {
                throw new RpcException(new Status(StatusCode.Unknown, "The service says that there are further members, and names none."));
            }
        }
        while (page.MoreMembers);
        return new GroupSnapshot(page.Exists, page.Deleted, page.Frozen, (long)page.NextSequence, (long)page.Revision, entries);
    }

    /// <summary>A rotation that was waiting.</summary>
    private sealed record Asked(string? Note);
}
