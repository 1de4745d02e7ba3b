using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Directory;

/// <summary>Keeps what was asked of the service equal to the effective roster: SCIM members that are active and have registered keys.</summary>
/// <remarks>
/// The one writer of membership events. Whoever changes a group or a member says which (group, member) pairs may be concerned; what has to be told
/// follows from the tables alone, so it does not matter why. Members are held by the caller before, lanes are taken here (IDialect says in which order).
/// </remarks>
internal sealed class EffectiveRoster(IDialect dialect, TimeProvider time)
{
    /// <summary>Begins a group.</summary>
    public void Begin(CoreDb db, string organization, string group)
    {
        var lane = new LaneRow { GroupId = group, OrganizationId = organization, NextSequence = 1 };
        db.Lanes.Add(lane);
        db.Chains.Add(new ChainRow { GroupId = group, OrganizationId = organization });
        new EventWriter(db, lane, time.GetUtcNow()).Created();
    }

    /// <summary>Ends a group, whose lane is held.</summary>
    public async Task EndAsync(CoreDb db, LaneRow lane, CancellationToken cancellationToken)
    {
        var sequence = new EventWriter(db, lane, time.GetUtcNow()).Deleted();
        lane.Deleted = true;
        await db.SaveChangesAsync(cancellationToken);
        await db.Rosters.Where(row => row.GroupId == lane.GroupId && row.RemovedSequence == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RemovedSequence, sequence), cancellationToken);
        await db.Refusals.Where(row => row.GroupId == lane.GroupId).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Asks for a new epoch of a group, whose lane is held; with the words of whoever asked.</summary>
    public void Rotate(CoreDb db, LaneRow lane, string? note = null) => new EventWriter(db, lane, time.GetUtcNow()).Rotate(note);

    /// <summary>Holds the lane of a group, and reads it; null where the group never was or has ended.</summary>
    public async Task<LaneRow?> HoldAsync(CoreDb db, string organization, string group, CancellationToken cancellationToken)
    {
        await dialect.LockLanesAsync(db, [group], cancellationToken);
        return await db.Lanes.SingleOrDefaultAsync(lane => lane.GroupId == group && lane.OrganizationId == organization && !lane.Deleted, cancellationToken);
    }

    /// <summary>Writes the events that these pairs need; none where nothing changed. Saves what was changed before.</summary>
    /// <param name="db">The transaction's context.</param>
    /// <param name="groups">Groups concerned.</param>
    /// <param name="members">Members concerned, each in every one of the groups.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>True if there is something to send.</returns>
    public async Task<bool> TouchAsync(CoreDb db, IReadOnlyCollection<string> groups, IReadOnlyCollection<string> members, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        if (groups.Count == 0 || members.Count == 0)
        {
            return false;
        }

        await dialect.LockLanesAsync(db, groups, cancellationToken);
        var open = await db.Rosters
            .Where(row => groups.Contains(row.GroupId) && members.Contains(row.MemberId) && row.RemovedSequence == null)
            .ToListAsync(cancellationToken);
        var wanted = await WantedAsync(db, groups, members, cancellationToken);
        if (open.Count == 0 && wanted.Count == 0)
        {
            return false;
        }

        var lanes = await db.Lanes.Where(lane => groups.Contains(lane.GroupId) && !lane.Deleted).OrderBy(lane => lane.GroupId).ToListAsync(cancellationToken);
        var changes = (await db.KeyChanges.Where(change => members.Contains(change.MemberId)).OrderBy(change => change.Counter).AsNoTracking().ToListAsync(cancellationToken))
            .ToLookup(change => change.MemberId);
        var told = false;
        foreach (var lane in lanes)
        {
            var plan = new RosterPlan(
                open.Where(row => row.GroupId == lane.GroupId), wanted.Where(pair => pair.Group == lane.GroupId).Select(pair => pair.Keys), changes);
            told |= plan.Write(db, new EventWriter(db, lane, time.GetUtcNow()));
        }

        await db.SaveChangesAsync(cancellationToken);
        return told;
    }

    private static async Task<List<(string Group, MemberKeysRow Keys)>> WantedAsync(
        CoreDb db, IReadOnlyCollection<string> groups, IReadOnlyCollection<string> members, CancellationToken cancellationToken)
    {
        var pairs = await db.GroupMembers
            .Where(row => groups.Contains(row.GroupId) && members.Contains(row.MemberId))
            .Join(db.Members.Where(member => member.Active), row => row.MemberId, member => member.Id, (row, member) => row)
            .Join(db.MemberKeys, row => row.MemberId, keys => keys.MemberId, (row, keys) => new { row.GroupId, Keys = keys })
            .OrderBy(pair => pair.Keys.MemberId)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return [.. pairs.Select(pair => (pair.GroupId, pair.Keys))];
    }
}
