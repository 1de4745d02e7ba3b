using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>Takes the envelopes of a post: only those of the statement that came with them, and only for members of its roster. The chain is held.</summary>
internal sealed class EnvelopeIntake(CoreDb db, Statement statement, GroupPost post, DateTimeOffset now)
{
    private readonly string group = statement.Group.Value;
    private readonly long revision = (long)statement.Revision;
    private readonly long epoch = (long)statement.Epoch;
    private readonly long generation = (long)post.Generation;

    /// <summary>Looks at all of them; changes nothing.</summary>
    /// <returns>Null, or what is wrong with the first that is not as it must be.</returns>
    public async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        if (post.Epoch != statement.Epoch)
        {
            return "'epoch' is not the statement's";
        }

        for (var index = 0; index < post.Envelopes.Count; index++)
        {
            if (WhyNot(post.Envelopes[index]) is { } problem)
            {
                return $"'envelopes[{index}]' {problem}";
            }
        }

        var stays = await StaysAsync(cancellationToken);
        for (var index = 0; index < post.Envelopes.Count; index++)
        {
            var (member, kid, envelope) = post.Envelopes[index];
            if (!stays.Contains((member, kid, envelope.Header.Suite.Name)))
            {
                return $"'envelopes[{index}]' is for somebody who is not in the roster with that key";
            }
        }

        return null;
    }

    /// <summary>Stores those that are not there yet.</summary>
    /// <returns>How many were stored.</returns>
    public async Task<int> WriteAsync(CancellationToken cancellationToken)
    {
        var members = Members();
        var there = await db.Envelopes
            .Where(row => row.GroupId == group && row.Epoch == epoch && row.Generation == generation && members.Contains(row.MemberId))
            .Select(row => new { row.MemberId, row.Kid }).ToListAsync(cancellationToken);
        var known = there.Select(row => (row.MemberId, row.Kid)).ToHashSet();
        var fresh = post.Envelopes.Where(posted => !known.Contains((posted.Member, posted.Kid))).ToList();
        db.Envelopes.AddRange(fresh.Select(posted => new EnvelopeRow
        {
            GroupId = group,
            Epoch = epoch,
            MemberId = posted.Member,
            Kid = posted.Kid,
            Generation = generation,
            Jwe = posted.Envelope.Compact,
        }));
        if (fresh.Count > 0)
        {
            await MarkAsync(cancellationToken);
        }

        return fresh.Count;
    }

    /// <summary>The statement is told when its last envelope came; it may have come itself in this transaction.</summary>
    private async Task MarkAsync(CancellationToken cancellationToken)
    {
        if (db.Statements.Local.FirstOrDefault(row => row.GroupId == group && row.Revision == revision) is { } fresh)
        {
            fresh.EnvelopedAt = now;
            return;
        }

        await db.Statements.Where(row => row.GroupId == group && row.Revision == revision)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EnvelopedAt, now), cancellationToken);
    }

    private string? WhyNot(PostedEnvelope posted)
    {
        var header = posted.Envelope.Header;
        return header.Organization != statement.Organization || header.Group != statement.Group ? "is of another group"
            : header.Epoch != statement.Epoch ? "is of another epoch"
            : header.Member.Value != posted.Member || header.Kid.ToString() != posted.Kid ? "is for somebody else than it says"
            : !statement.Suites.Contains(header.Suite) ? "has a suite that the statement does not allow"
            : null;
    }

    /// <summary>Who was, or may have been, in the roster of that revision. The receipt that says so may be still on its way.</summary>
    private async Task<HashSet<(string Member, string Kid, string Alg)>> StaysAsync(CancellationToken cancellationToken)
    {
        var members = Members();
        var stays = await db.Rosters
            .Where(row => row.GroupId == group && members.Contains(row.MemberId)
                && (row.FromRevision == null || row.FromRevision <= revision) && (row.ToRevision == null || row.ToRevision > revision))
            .Select(row => new { row.MemberId, row.Hpke, row.Alg }).ToListAsync(cancellationToken);
        return [.. stays.Select(row => (row.MemberId, row.Hpke, row.Alg))];
    }

    private List<string> Members() => [.. post.Envelopes.Select(posted => posted.Member).Distinct()];
}
