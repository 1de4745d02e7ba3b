using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Makes a group's open stays those of the service's roster.</summary>
internal static class RosterRebuild
{
    // Events count from 1.
    private const long NoEvent = 0;

    /// <summary>Saves: stays that the service does not have are ended, those that it has are open and confirmed.</summary>
    public static async Task WriteAsync(CoreDb db, LaneRow lane, GroupSnapshot snapshot, CancellationToken cancellationToken)
    {
        var (group, organization) = (lane.GroupId, lane.OrganizationId);
        var unsettled = await db.Rosters
            .Where(row => row.GroupId == group && (row.RemovedSequence == null || row.ToRevision == null)).ToListAsync(cancellationToken);
        var kept = new Dictionary<string, RosterRow>(StringComparer.Ordinal);
        foreach (var row in unsettled.OrderBy(row => row.FromRevision is null).ThenByDescending(row => row.FromRevision))
        {
            if (IsIn(row, snapshot) && kept.TryAdd(row.MemberId, row))
            {
                continue;
            }

            if (row.FromRevision is null)
            {
                db.Rosters.Remove(row);
            }
            else
            {
                row.ToRevision = snapshot.Revision;
                row.RemovedSequence ??= NoEvent;
            }
        }

        // Before others are opened: no member has two open stays.
        await db.SaveChangesAsync(cancellationToken);
        foreach (var row in kept.Values)
        {
            row.AddedSequence = NoEvent;
            row.RemovedSequence = null;
            row.FromRevision = Math.Min(row.FromRevision ?? snapshot.Revision, snapshot.Revision);
        }

        db.Rosters.AddRange(snapshot.Roster.Values.Where(entry => !kept.ContainsKey(entry.MemberId)).Select(entry => new RosterRow
        {
            GroupId = group,
            MemberId = entry.MemberId,
            Alg = entry.Alg,
            Hpke = entry.HpkeThumbprint,
            Signing = entry.SigningThumbprint,
            AddedSequence = NoEvent,
            FromRevision = snapshot.Revision,
        }));
        await db.SaveChangesAsync(cancellationToken);

        // Whoever is in the service's roster is pinned there, even if the core forgot it.
        await db.MemberKeys
            .Where(keys => keys.OrganizationId == organization && !keys.Pinned && db.Rosters.Any(row => row.GroupId == group && row.RemovedSequence == null
                && row.MemberId == keys.MemberId && row.Hpke == keys.Hpke && row.Signing == keys.Signing))
            .ExecuteUpdateAsync(set => set.SetProperty(keys => keys.Pinned, true), cancellationToken);
    }

    private static bool IsIn(RosterRow row, GroupSnapshot snapshot) => snapshot.Roster.TryGetValue(row.MemberId, out var entry)
        && entry.Alg == row.Alg && entry.HpkeThumbprint == row.Hpke && entry.SigningThumbprint == row.Signing;
}
