using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Views;

/// <summary>How far the envelope of one member of one group is.</summary>
internal enum EnvelopeState
{
    /// <summary>Not in the effective roster: pending, suspended or without keys.</summary>
    None,

    /// <summary>On its way.</summary>
    Coming,

    /// <summary>There, of the present epoch, for the present key.</summary>
    There,

    /// <summary>The service refuses the member.</summary>
    Refused,
}

/// <summary>Which groups are asked for.</summary>
internal enum GroupStanding
{
    /// <summary>All.</summary>
    Any,

    /// <summary>Nothing is on its way.</summary>
    Complete,

    /// <summary>Something is on its way, or refused.</summary>
    Open,

    /// <summary>Something was parked, or the group is frozen: somebody has to look.</summary>
    Trouble,
}

/// <summary>A group in a list.</summary>
/// <param name="Id">Group.</param>
/// <param name="Name">Its name.</param>
/// <param name="Members">Members that the directory lists.</param>
/// <param name="Effective">Those of them who are to have an envelope: active and with keys.</param>
/// <param name="Envelopes">Those of these who have it.</param>
/// <param name="Epoch">Present epoch; 0: none.</param>
/// <param name="Waiting">Events that wait.</param>
/// <param name="Parked">Events that were refused.</param>
/// <param name="Refused">Members whom the service refuses.</param>
/// <param name="Frozen">True while the service says FROZEN.</param>
/// <param name="Checking">True while statements and envelopes are not known to be complete.</param>
internal sealed record GroupLine(string Id, string Name, int Members, int Effective, int Envelopes, long Epoch, int Waiting, int Parked, int Refused, bool Frozen, bool Checking)
{
    /// <summary>True if nothing is on its way.</summary>
    public bool IsComplete => Waiting == 0 && Parked == 0 && Refused == 0 && !Frozen && Envelopes == Effective;
}

/// <summary>A page of groups, in the order of their names.</summary>
internal sealed record FoundGroups(IReadOnlyList<GroupLine> Groups, int Total);

/// <summary>Lists an organization's groups.</summary>
internal sealed class GroupList(CoreStore store)
{
    /// <summary>Most groups in a page.</summary>
    public const int MostLines = 200;

    /// <summary>A page.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="standing">Which groups.</param>
    /// <param name="text">Found in the name; or null.</param>
    /// <param name="skip">How many are passed over.</param>
    /// <param name="count">Groups at most, up to <see cref="MostLines"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<FoundGroups> ReadAsync(string organization, GroupStanding standing, string? text, int skip, int count, CancellationToken cancellationToken) => store.ReadAsync(
        async db =>
        {
            var groups = db.Groups.Where(row => row.OrganizationId == organization);
            foreach (var word in MemberList.WordsOf(text))
            {
                groups = groups.Where(row => row.DisplayNameKey.Contains(word));
            }

            groups = Those(db, groups, organization, standing);
            var total = await groups.CountAsync(cancellationToken);
            var lines = await LinesAsync(
                db, organization, groups.OrderBy(row => row.DisplayNameKey).Skip(Math.Max(0, skip)).Take(Math.Clamp(count, 1, MostLines)), cancellationToken);
            return new FoundGroups(lines, total);
        },
        cancellationToken);

    /// <summary>The lines of some groups.</summary>
    /// <remarks>Envelopes are counted only where the last check did not find all of them there: a check that did, says so by setting no further one.</remarks>
    public static async Task<List<GroupLine>> LinesAsync(CoreDb db, string organization, IQueryable<GroupRow> groups, CancellationToken cancellationToken)
    {
        var rows = await groups.Join(db.Chains, row => row.Id, row => row.GroupId, (group, chain) => new
        {
            group.Id,
            group.DisplayName,
            group.DisplayNameKey,
            chain.Epoch,
            chain.Frozen,
            Checking = chain.CheckAt != null,
            Members = db.GroupMembers.Count(row => row.GroupId == group.Id),
            Effective = db.Rosters.Count(row => row.GroupId == group.Id && row.RemovedSequence == null),
            Refused = db.Refusals.Count(row => row.GroupId == group.Id),
        }).OrderBy(row => row.DisplayNameKey).ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(row => row.Id);
        var events = (await db.Events
            .Where(row => row.OrganizationId == organization && (row.State == EventState.Waiting || row.State == EventState.Parked) && ids.Contains(row.GroupId))
            .GroupBy(row => new { row.GroupId, row.State }).Select(group => new { group.Key.GroupId, group.Key.State, Count = group.Count() })
            .ToListAsync(cancellationToken)).ToDictionary(row => (row.GroupId, row.State), row => row.Count);
        List<string> open = [.. rows.Where(row => row.Effective > 0 && (row.Checking || Of(row.Id, EventState.Waiting) > 0)).Select(row => row.Id)];
        var counted = await EnvelopesAsync(db, open, cancellationToken);
        return rows.ConvertAll(row => new GroupLine(
            row.Id, row.DisplayName, row.Members, row.Effective, open.Contains(row.Id) ? counted.GetValueOrDefault(row.Id) : row.Effective, row.Epoch,
            Of(row.Id, EventState.Waiting), Of(row.Id, EventState.Parked), row.Refused, row.Frozen, row.Checking));

        int Of(string group, EventState state) => events.GetValueOrDefault((group, state));
    }

    /// <summary>What the rows of a member in a group mean.</summary>
    public static EnvelopeState StateOf(bool asked, bool hasEnvelope, string? refusal) =>
        refusal is not null ? EnvelopeState.Refused : !asked ? EnvelopeState.None : hasEnvelope ? EnvelopeState.There : EnvelopeState.Coming;

    private static async Task<Dictionary<string, int>> EnvelopesAsync(CoreDb db, List<string> groups, CancellationToken cancellationToken) => groups.Count == 0 ? [] : await db.Chains
        .Where(chain => groups.Contains(chain.GroupId))
        .Select(chain => new
        {
            chain.GroupId,
            Count = db.Rosters.Count(row => row.GroupId == chain.GroupId && row.RemovedSequence == null
                && db.Envelopes.Any(envelope => envelope.GroupId == chain.GroupId && envelope.Epoch == chain.Epoch && envelope.MemberId == row.MemberId && envelope.Kid == row.Hpke)),
        })
        .ToDictionaryAsync(row => row.GroupId, row => row.Count, cancellationToken);

    private static IQueryable<GroupRow> Those(CoreDb db, IQueryable<GroupRow> groups, string organization, GroupStanding standing)
    {
        var unsettled = db.Events.Where(row => row.OrganizationId == organization && (row.State == EventState.Waiting || row.State == EventState.Parked));
        var parked = db.Events.Where(row => row.OrganizationId == organization && row.State == EventState.Parked).Select(row => row.GroupId);
        var open = db.Chains.Where(row => row.OrganizationId == organization && (row.CheckAt != null || row.Frozen)).Select(row => row.GroupId);
        var frozen = db.Chains.Where(row => row.OrganizationId == organization && row.Frozen).Select(row => row.GroupId);
        var refused = db.Refusals.Where(row => row.OrganizationId == organization).Select(row => row.GroupId);
        var waiting = unsettled.Select(row => row.GroupId);
        return standing switch
        {
            GroupStanding.Complete => groups.Where(row => !waiting.Contains(row.Id) && !open.Contains(row.Id) && !refused.Contains(row.Id)),
            GroupStanding.Open => groups.Where(row => waiting.Contains(row.Id) || open.Contains(row.Id) || refused.Contains(row.Id)),
            GroupStanding.Trouble => groups.Where(row => parked.Contains(row.Id) || frozen.Contains(row.Id) || refused.Contains(row.Id)),
            _ => groups,
        };
    }
}
