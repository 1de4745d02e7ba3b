using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Invitations;

/// <summary>What became of a wish to mail an invitation again.</summary>
internal enum ResendResult
{
    /// <summary>It goes out.</summary>
    Due,

    /// <summary>There is no such member.</summary>
    Unknown,

    /// <summary>It was accepted.</summary>
    Accepted,

    /// <summary>The member is not active.</summary>
    Suspended,
}

/// <summary>An invitation that was not accepted yet.</summary>
/// <param name="Member">Member id.</param>
/// <param name="UserName">SCIM userName.</param>
/// <param name="Allowed">False while the member is not active.</param>
/// <param name="SentAt">Last mail.</param>
/// <param name="DueAt">When a mail goes out.</param>
/// <param name="Attempts">Failed attempts at that mail.</param>
/// <param name="Problem">Why the last attempt failed.</param>
internal sealed record InvitationView(string Member, string UserName, bool Allowed, DateTimeOffset? SentAt, DateTimeOffset? DueAt, int Attempts, string? Problem);

/// <summary>Shows invitations, and has them mailed again.</summary>
internal sealed class InvitationBook(CoreStore store, AuditTrail audit, TimeProvider time)
{
    /// <summary>Has the invitation mailed again, with a new link; older links stay good.</summary>
    /// <param name="organization">Organization id.</param>
    /// <param name="user">Member id or userName.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<ResendResult> ResendAsync(string organization, string user, Actor actor, CancellationToken cancellationToken)
    {
        var key = Folding.Fold(user);
        return store.WriteAsync(
            async db =>
            {
                var member = await db.Members.Where(row => row.OrganizationId == organization && (row.Id == user || row.UserNameKey == key))
                    .OrderBy(row => row.Id == user ? 0 : 1).FirstOrDefaultAsync(cancellationToken);
                if (member is null)
                {
                    return ResendResult.Unknown;
                }

                if (member.AcceptedAt is not null)
                {
                    return ResendResult.Accepted;
                }

                if (!member.Active)
                {
                    return ResendResult.Suspended;
                }

                var invitation = await db.Invitations.SingleAsync(row => row.MemberId == member.Id, cancellationToken);
                (invitation.DueAt, invitation.Attempts, invitation.Problem) = (time.GetUtcNow(), 0, null);
                audit.Add(db, organization, actor, "invitation.resent", member.Id, member.UserName);
                return ResendResult.Due;
            },
            cancellationToken);
    }

    /// <summary>Invitations of an organization that were not accepted yet, by userName.</summary>
    public async Task<IReadOnlyList<InvitationView>> PendingAsync(string organization, CancellationToken cancellationToken) => await store.ReadAsync(
        db => db.Members.Where(row => row.OrganizationId == organization && row.AcceptedAt == null)
            .OrderBy(row => row.UserNameKey)
            .Join(db.Invitations, row => row.Id, row => row.MemberId, (member, invitation) =>
                new InvitationView(member.Id, member.UserName, member.Active, invitation.SentAt, invitation.DueAt, invitation.Attempts, invitation.Problem))
            .ToListAsync(cancellationToken),
        cancellationToken);
}
