using System.Collections.Concurrent;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>Makes roster proofs (docs/spec/envelope.md, section 7) of what the receipts said, and believes itself only where the root is the statement's.</summary>
internal sealed partial class Proofs(CoreStore store, TimeProvider time, ILogger<Proofs> logger)
{
    /// <summary>Members of rosters that are kept, all in all: about 100 MB.</summary>
    private const int MostMembers = 200_000;

    private const int MostTold = 10_000;

    /// <summary>How long a roster that does not fit is not made again, unless something changed.</summary>
    private static readonly TimeSpan missValidity = TimeSpan.FromMinutes(1);

    private readonly RosterCache cache = new(MostMembers);
    private readonly ConcurrentDictionary<(string Group, ulong Revision), Miss> misses = [];
    private readonly ConcurrentDictionary<(string Group, ulong Revision), bool> told = [];

    /// <summary>The proof that a member with these keys is in the roster of a statement.</summary>
    /// <param name="head">The statement.</param>
    /// <param name="chain">The group's chain: of a revision later than the one that is acknowledged there can be no proof yet.</param>
    /// <param name="member">The member.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null: there is none, or none yet.</returns>
    public async Task<RosterProof?> ProveAsync(Statement head, ChainRow chain, MemberId member, KeyIds keys, CancellationToken cancellationToken)
    {
        if ((long)head.Revision > chain.Acknowledged || IsMiss(head, chain))
        {
            return null;
        }

        // Whoever asks first may go away; the others still wait for what it began.
        var roster = await cache.GetAsync(head.Group.Value, (long)head.Revision, () => MakeAsync(head, chain)).WaitAsync(cancellationToken);
        return roster is not null && roster.TryGet(member, out var stay) && stay.Keys == keys ? roster.Prove(member) : null;
    }

    private bool IsMiss(Statement head, ChainRow chain) =>
        misses.TryGetValue((head.Group.Value, head.Revision), out var miss)
        && miss.Acknowledged == chain.Acknowledged && miss.CheckAt == chain.CheckAt && time.GetUtcNow() < miss.Until;

    private async Task<RosterTree<RosterStay>?> MakeAsync(Statement head, ChainRow chain)
    {
        var (group, revision) = (head.Group.Value, (long)head.Revision);
        var rows = await store.ReadAsync(
            db => db.Rosters
                .Where(row => row.GroupId == group && row.FromRevision <= revision && (row.ToRevision == null || row.ToRevision > revision))
                .Select(row => new { row.MemberId, row.Alg, row.Hpke, row.Signing }).ToListAsync(CancellationToken.None),
            CancellationToken.None);
        var stays = new List<RosterStay>(rows.Count);
        stays.AddRange(rows.Select(row => Stay(row.MemberId, row.Alg, row.Hpke, row.Signing)).OfType<RosterStay>());

        // A row that is not understood stands for somebody who is missing here: the root cannot be the statement's.
        if (stays.Count == rows.Count && RosterTree.Of(stays) is var roster && roster.Root == head.Roster)
        {
            misses.TryRemove((group, head.Revision), out _);
            return roster;
        }

        var checkAt = await TellAsync(head, group) ?? chain.CheckAt;
        if (misses.Count > MostTold)
        {
            misses.Clear();
        }

        misses[(group, head.Revision)] = new Miss(chain.Acknowledged, checkAt, time.GetUtcNow() + missValidity);
        return null;
    }

    /// <summary>Null where the row holds something that is no member with keys.</summary>
    private static RosterStay? Stay(string member, string alg, string hpke, string signing) =>
        Suite.TryGet(alg, out _) && MemberId.TryParse(member, out var id) && Thumbprint.TryParse(hpke, out var first) && Thumbprint.TryParse(signing, out var second)
            ? new RosterStay(id, new KeyIds(alg, first, second))
            : null;

    /// <summary>Asks for a comparison with the service, once for each revision.</summary>
    /// <returns>When it is due; null: it was asked for before.</returns>
    private async Task<DateTimeOffset?> TellAsync(Statement head, string group)
    {
        if (told.Count > MostTold)
        {
            told.Clear();
        }

        if (!told.TryAdd((group, head.Revision), true))
        {
            return null;
        }

        LogMismatch(logger, head.Organization.Value, group, (long)head.Revision);
        var now = time.GetUtcNow();
        await store.WriteAsync(
            db => db.Chains.Where(row => row.GroupId == group).ExecuteUpdateAsync(set => set.SetProperty(row => row.CheckAt, now), CancellationToken.None), CancellationToken.None);
        return now;
    }

    [LoggerMessage(EventId = 1210, Level = LogLevel.Error,
        Message = "Organization {Organization}, group {Group}: the roster that the receipts add up to is not the one that the statement of revision {Revision} names. Members get no proof until the group was compared with the service")]
    private static partial void LogMismatch(ILogger logger, string organization, string group, long revision);

    /// <summary>What the chain was like when the roster did not fit. A comparison changes one or the other.</summary>
    private readonly record struct Miss(long Acknowledged, DateTimeOffset? CheckAt, DateTimeOffset Until);
}
