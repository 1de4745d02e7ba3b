using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Views;

/// <summary>An epoch of a group.</summary>
/// <param name="Epoch">Number.</param>
/// <param name="At">Since when.</param>
/// <param name="Cause">Kind of the event that made it necessary; null: not known, e.g. a recovery.</param>
/// <param name="Members">Members that this event was about.</param>
/// <param name="Note">The reason that was given, or null.</param>
internal sealed record EpochView(long Epoch, DateTimeOffset At, string? Cause, int Members, string? Note);

/// <summary>A member of a group.</summary>
internal sealed record RosterLine(string Id, string Name, string UserName, MemberState State, DateTimeOffset Since, EnvelopeState Envelope, string? Refusal);

/// <summary>A group with a page of its members.</summary>
internal sealed record GroupDetail(
    GroupLine Group, DateTimeOffset CreatedAt, string? ExternalId, long Revision, IReadOnlyList<RosterLine> Roster, int RosterTotal, IReadOnlyList<EpochView> Epochs);

/// <summary>Reads one group.</summary>
internal sealed class GroupView(CoreStore store)
{
    /// <summary>Most members in a page.</summary>
    public const int MostLines = 200;

    private const int MostEpochs = 20;

    // Each is a kilobyte; rotations that receipts told of are known without them.
    private const int MostStatements = 500;

    /// <summary>A group; null where the organization has no such.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="id">Group.</param>
    /// <param name="text">Words that are all found in a member's name, address or userName; or null.</param>
    /// <param name="skip">How many members are passed over.</param>
    /// <param name="count">Members at most, up to <see cref="MostLines"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<GroupDetail?> ReadAsync(string organization, string id, string? text, int skip, int count, CancellationToken cancellationToken) => store.ReadAsync(
        async db =>
        {
            var group = await db.Groups.SingleOrDefaultAsync(row => row.Id == id && row.OrganizationId == organization, cancellationToken);
            if (group is null)
            {
                return null;
            }

            var line = (await GroupList.LinesAsync(db, organization, db.Groups.Where(row => row.Id == id), cancellationToken)).Single();
            var revision = await db.Chains.Where(row => row.GroupId == id).Select(row => row.Revision).SingleAsync(cancellationToken);
            var (roster, total) = await RosterAsync(db, line, text, Math.Max(0, skip), Math.Clamp(count, 1, MostLines), cancellationToken);
            return new GroupDetail(
                line, group.CreatedAt, group.ExternalId, revision, roster, total, await EpochsAsync(db, id, revision, cancellationToken));
        },
        cancellationToken);

    private static async Task<(List<RosterLine> Lines, int Total)> RosterAsync(CoreDb db, GroupLine group, string? text, int skip, int count, CancellationToken cancellationToken)
    {
        var (id, epoch) = (group.Id, group.Epoch);
        var members = db.GroupMembers.Where(row => row.GroupId == id)
            .Join(db.Listings, row => row.MemberId, listing => listing.MemberId, (row, listing) => new { row.MemberId, row.AddedAt, listing.Name, listing.NameKey, listing.Text });
        foreach (var word in MemberList.WordsOf(text))
        {
            members = members.Where(row => row.Text.Contains(word));
        }

        var total = string.IsNullOrWhiteSpace(text) ? group.Members : await members.CountAsync(cancellationToken);
        var rows = await members.OrderBy(row => row.NameKey).ThenBy(row => row.MemberId).Skip(skip).Take(count)
            .Join(db.Members, row => row.MemberId, member => member.Id, (row, member) => new
            {
                row.MemberId,
                row.Name,
                row.NameKey,
                row.AddedAt,
                member.UserName,
                member.Active,
                member.AcceptedAt,
                HasKeys = db.MemberKeys.Any(keys => keys.MemberId == row.MemberId),
                Asked = db.Rosters.Any(stay => stay.GroupId == id && stay.MemberId == row.MemberId && stay.RemovedSequence == null),
                HasEnvelope = db.Rosters.Any(stay => stay.GroupId == id && stay.MemberId == row.MemberId && stay.RemovedSequence == null
                    && db.Envelopes.Any(envelope => envelope.GroupId == id && envelope.Epoch == epoch && envelope.MemberId == stay.MemberId && envelope.Kid == stay.Hpke)),
                Refusal = db.Refusals.Where(refusal => refusal.GroupId == id && refusal.MemberId == row.MemberId).Select(refusal => refusal.Reason).FirstOrDefault(),
            })
            .OrderBy(row => row.NameKey).ThenBy(row => row.MemberId)
            .ToListAsync(cancellationToken);
        return (rows.ConvertAll(row => new RosterLine(
            row.MemberId, row.Name, row.UserName, MemberList.StateOf(row.Active, row.AcceptedAt is not null, row.HasKeys), row.AddedAt,
            GroupList.StateOf(row.Asked, row.HasEnvelope, row.Refusal), row.Refusal)), total);
    }

    /// <summary>The newest epochs: what the statements say, with the cause where a receipt told it.</summary>
    private static async Task<List<EpochView>> EpochsAsync(CoreDb db, string group, long revision, CancellationToken cancellationToken)
    {
        var after = revision - MostStatements;
        var stated = await db.Statements.Where(row => row.GroupId == group && row.Revision > after && row.Epoch > 0)
            .GroupBy(row => row.Epoch).Select(epoch => new { Epoch = epoch.Key, Revision = epoch.Min(row => row.Revision) })
            .OrderByDescending(row => row.Epoch).Take(MostEpochs)
            .Join(db.Statements.Where(row => row.GroupId == group), row => row.Revision, row => row.Revision, (epoch, statement) => new { epoch.Epoch, At = statement.ReceivedAt })
            .ToListAsync(cancellationToken);
        var told = await db.Epochs.Where(row => row.GroupId == group).OrderByDescending(row => row.Epoch).Take(MostEpochs).ToDictionaryAsync(row => row.Epoch, cancellationToken);
        var times = stated.ToDictionary(row => row.Epoch, row => row.At);
        return [.. times.Keys.Union(told.Keys).OrderDescending().Take(MostEpochs).Select(epoch => told.GetValueOrDefault(epoch) is { } row
            ? new EpochView(epoch, row.At, row.Cause, row.Members, row.Note)
            : new EpochView(epoch, times[epoch], null, 0, null))];
    }
}
