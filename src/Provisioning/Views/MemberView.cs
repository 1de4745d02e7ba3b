using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.MemberApi;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Views;

/// <summary>The public keys of a member.</summary>
/// <param name="Alg">Suite.</param>
/// <param name="Hpke">Thumbprint of the HPKE key.</param>
/// <param name="Signing">Thumbprint of the signing key.</param>
/// <param name="RegisteredAt">Since when.</param>
/// <param name="Changes">How often keys that the service had seen were replaced.</param>
/// <param name="Pinned">True if the service has seen these.</param>
internal sealed record KeyView(string Alg, string Hpke, string Signing, DateTimeOffset RegisteredAt, long Changes, bool Pinned);

/// <summary>The invitation of a member.</summary>
internal sealed record InvitationState(DateTimeOffset CreatedAt, DateTimeOffset? SentAt, DateTimeOffset? DueAt, int Attempts, string? Problem);

/// <summary>A group of a member.</summary>
/// <param name="Id">Group.</param>
/// <param name="Name">Its name.</param>
/// <param name="Since">Since when the directory lists the member there.</param>
/// <param name="Epoch">Present epoch; 0: none.</param>
/// <param name="Envelope">How far the member's envelope is.</param>
/// <param name="Refusal">Why the service refuses the member, or null.</param>
internal sealed record MembershipView(string Id, string Name, DateTimeOffset Since, long Epoch, EnvelopeState Envelope, string? Refusal);

/// <summary>A member.</summary>
internal sealed record MemberDetail(
    string Id, string Name, string UserName, string? Mail, string? ExternalId, MemberState State, DateTimeOffset CreatedAt, DateTimeOffset? AcceptedAt, DateTimeOffset? SuspendedAt,
    DateTimeOffset? DeletionAt, bool Waiting, KeyView? Keys, InvitationState? Invitation, IReadOnlyList<MembershipView> Groups, int GroupsTotal);

/// <summary>Reads one member.</summary>
internal sealed class MemberView(CoreStore store, IOptions<ProvisioningOptions> options)
{
    private const int MostGroups = 200;

    /// <summary>A member; null where the organization has no such.</summary>
    public Task<MemberDetail?> ReadAsync(string organization, string id, CancellationToken cancellationToken) => store.ReadAsync(
        async db =>
        {
            var member = await db.Members.SingleOrDefaultAsync(row => row.Id == id && row.OrganizationId == organization, cancellationToken);
            if (member is null)
            {
                return null;
            }

            var listing = await db.Listings.SingleOrDefaultAsync(row => row.MemberId == id, cancellationToken) ?? Directory.Listing.Of(member);
            var keys = await db.MemberKeys.SingleOrDefaultAsync(row => row.MemberId == id, cancellationToken);
            var invitation = await db.Invitations.SingleOrDefaultAsync(row => row.MemberId == id, cancellationToken);
            var groups = await GroupsAsync(db, id, keys?.Hpke, cancellationToken);
            var total = groups.Count < MostGroups ? groups.Count : await db.GroupMembers.CountAsync(row => row.MemberId == id, cancellationToken);
            return new MemberDetail(
                id, listing.Name, member.UserName, listing.Mail, member.ExternalId, MemberList.StateOf(member.Active, member.AcceptedAt is not null, keys is not null),
                member.CreatedAt, member.AcceptedAt, member.SuspendedAt, MemberList.DeletionOf(member.SuspendedAt, options.Value),
                groups.Any(group => group.Refusal == OperatorDocuments.Pending),
                keys is null ? null : new KeyView(keys.Alg, keys.Hpke, keys.Signing, keys.RegisteredAt, keys.Counter - 1, keys.Pinned),
                invitation is null ? null : new InvitationState(invitation.CreatedAt, invitation.SentAt, invitation.DueAt, invitation.Attempts, invitation.Problem),
                groups, total);
        },
        cancellationToken);

    private static async Task<List<MembershipView>> GroupsAsync(CoreDb db, string member, string? hpke, CancellationToken cancellationToken)
    {
        var rows = await db.GroupMembers.Where(row => row.MemberId == member)
            .Join(db.Groups, row => row.GroupId, group => group.Id, (row, group) => new { group.Id, group.DisplayName, group.DisplayNameKey, row.AddedAt })
            .Join(db.Chains, row => row.Id, chain => chain.GroupId, (row, chain) => new { Row = row, chain.Epoch })
            .OrderBy(row => row.Row.DisplayNameKey).Take(MostGroups)
            .Select(row => new
            {
                row.Row.Id,
                row.Row.DisplayName,
                row.Row.AddedAt,
                row.Epoch,
                Asked = db.Rosters.Any(stay => stay.GroupId == row.Row.Id && stay.MemberId == member && stay.RemovedSequence == null),
                HasEnvelope = db.Envelopes.Any(envelope => envelope.GroupId == row.Row.Id && envelope.Epoch == row.Epoch && envelope.MemberId == member && envelope.Kid == hpke),
                Refusal = db.Refusals.Where(refusal => refusal.GroupId == row.Row.Id && refusal.MemberId == member).Select(refusal => refusal.Reason).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new MembershipView(row.Id, row.DisplayName, row.AddedAt, row.Epoch, GroupList.StateOf(row.Asked, row.HasEnvelope, row.Refusal), row.Refusal));
    }
}
