using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.MemberApi;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Views;

/// <summary>Which members are asked for.</summary>
/// <param name="State">Only those; null: all.</param>
/// <param name="Waiting">Only those whose keys wait for an approval.</param>
/// <param name="Text">Words that are all found in name, address or userName; or null.</param>
internal sealed record MemberFilter(MemberState? State = null, bool Waiting = false, string? Text = null);

/// <summary>A member in a list.</summary>
internal sealed record MemberLine(string Id, string Name, string UserName, string? Mail, MemberState State, DateTimeOffset? DeletionAt, int Groups, bool Waiting, string? MailProblem);

/// <summary>A page of members, in the order of their names.</summary>
/// <param name="Members">Members.</param>
/// <param name="Total">How many there are altogether that are asked for.</param>
internal sealed record FoundMembers(IReadOnlyList<MemberLine> Members, int Total);

/// <summary>Lists and counts an organization's members.</summary>
internal sealed class MemberList(CoreStore store, IOptions<ProvisioningOptions> options)
{
    /// <summary>Most members in a page.</summary>
    public const int MostLines = 200;

    private const int MostWords = 8;
    private const int LongestText = 200;

    /// <summary>A page.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="filter">Which members.</param>
    /// <param name="skip">How many are passed over.</param>
    /// <param name="count">Members at most, up to <see cref="MostLines"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<FoundMembers> ReadAsync(string organization, MemberFilter filter, int skip, int count, CancellationToken cancellationToken) => store.ReadAsync(
        async db =>
        {
            var listings = Find(db, organization, filter);
            var total = await listings.CountAsync(cancellationToken);
            var page = await listings.OrderBy(row => row.NameKey).ThenBy(row => row.MemberId).Skip(Math.Max(0, skip)).Take(Math.Clamp(count, 1, MostLines))
                .Join(db.Members, row => row.MemberId, row => row.Id, (listing, member) => new
                {
                    listing.MemberId,
                    listing.Name,
                    listing.NameKey,
                    listing.Mail,
                    member.UserName,
                    member.Active,
                    member.AcceptedAt,
                    member.SuspendedAt,
                    HasKeys = db.MemberKeys.Any(keys => keys.MemberId == listing.MemberId),
                    Groups = db.GroupMembers.Count(row => row.MemberId == listing.MemberId),
                    Problem = db.Invitations.Where(row => row.MemberId == listing.MemberId).Select(row => row.Problem).FirstOrDefault(),
                })
                .OrderBy(row => row.NameKey).ThenBy(row => row.MemberId)
                .ToListAsync(cancellationToken);
            var ids = page.ConvertAll(row => row.MemberId);
            var waiting = await db.Refusals.Where(row => row.OrganizationId == organization && row.Reason == OperatorDocuments.Pending && ids.Contains(row.MemberId))
                .Select(row => row.MemberId).Distinct().ToListAsync(cancellationToken);
            return new FoundMembers(
                [.. page.Select(row => new MemberLine(
                    row.MemberId, row.Name, row.UserName, row.Mail, StateOf(row.Active, row.AcceptedAt is not null, row.HasKeys), DeletionOf(row.SuspendedAt, options.Value),
                    row.Groups, waiting.Contains(row.MemberId), row is { Active: true, AcceptedAt: null } ? row.Problem : null))],
                total);
        },
        cancellationToken);

    /// <summary>All members by state.</summary>
    public Task<MemberCounts> CountAsync(string organization, CancellationToken cancellationToken) => store.ReadAsync(db => CountAsync(db, organization, cancellationToken), cancellationToken);

    /// <summary>The same with a context that there is already.</summary>
    public static async Task<MemberCounts> CountAsync(CoreDb db, string organization, CancellationToken cancellationToken)
    {
        var states = await db.Members.Where(row => row.OrganizationId == organization)
            .GroupBy(row => new { row.Active, Accepted = row.AcceptedAt != null }).Select(group => new { group.Key.Active, group.Key.Accepted, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var without = await db.Members.CountAsync(
            row => row.OrganizationId == organization && row.Active && row.AcceptedAt != null && !db.MemberKeys.Any(keys => keys.MemberId == row.Id), cancellationToken);
        var waiting = await db.Refusals.Where(row => row.OrganizationId == organization && row.Reason == OperatorDocuments.Pending).Select(row => row.MemberId).Distinct().CountAsync(cancellationToken);
        return new MemberCounts(
            Of(active: true, accepted: false), without, Of(active: true, accepted: true) - without, Of(active: false, accepted: true), Of(active: false, accepted: false), waiting);

        int Of(bool active, bool accepted) => states.SingleOrDefault(state => state.Active == active && state.Accepted == accepted)?.Count ?? 0;
    }

    /// <summary>The state that a member's rows mean.</summary>
    public static MemberState StateOf(bool active, bool accepted, bool hasKeys) => (active, accepted) switch
    {
        (true, true) => hasKeys ? MemberState.Active : MemberState.NoKey,
        (true, false) => MemberState.Pending,
        (false, true) => MemberState.Suspended,
        (false, false) => MemberState.Forbidden,
    };

    /// <summary>When a suspended member is deleted for good.</summary>
    public static DateTimeOffset? DeletionOf(DateTimeOffset? suspendedAt, ProvisioningOptions options) => suspendedAt + TimeSpan.FromDays(options.PurgeAfterDays);

    /// <summary>The folded words of a search.</summary>
    public static IEnumerable<string> WordsOf(string? text) =>
        Folding.Fold(ForeignText.OneLine(text ?? "", LongestText)).Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Take(MostWords);

    private static IQueryable<ListingRow> Find(CoreDb db, string organization, MemberFilter filter)
    {
        var listings = db.Listings.Where(row => row.OrganizationId == organization);
        foreach (var word in WordsOf(filter.Text))
        {
            listings = listings.Where(row => row.Text.Contains(word));
        }

        if (filter.Waiting)
        {
            listings = listings.Where(row => db.Refusals.Where(refusal => refusal.OrganizationId == organization && refusal.Reason == OperatorDocuments.Pending)
                .Select(refusal => refusal.MemberId).Contains(row.MemberId));
        }

        if (filter.State is not { } state)
        {
            return listings;
        }

        var (active, accepted) = (state is MemberState.Pending or MemberState.NoKey or MemberState.Active, state is MemberState.NoKey or MemberState.Active or MemberState.Suspended);
        listings = listings.Where(row => db.Members.Any(member => member.Id == row.MemberId && member.Active == active && (member.AcceptedAt != null) == accepted));
        return state switch
        {
            MemberState.Active => listings.Where(row => db.MemberKeys.Any(keys => keys.MemberId == row.MemberId)),
            MemberState.NoKey => listings.Where(row => !db.MemberKeys.Any(keys => keys.MemberId == row.MemberId)),
            _ => listings,
        };
    }
}
