using System.Net.Mail;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Invitations;

/// <summary>A mail that this instance may send until its claim ends.</summary>
/// <param name="Member">Member id.</param>
/// <param name="Organization">Organization id.</param>
/// <param name="OrganizationName">Its name.</param>
/// <param name="UserName">SCIM userName.</param>
/// <param name="To">Address.</param>
/// <param name="Token">Token of the link; its hash is kept already.</param>
/// <param name="Attempts">Failed attempts before.</param>
internal sealed record MailClaim(string Member, string Organization, string OrganizationName, string UserName, MailAddress To, string Token, int Attempts)
{
    /// <summary>Says nothing of the token.</summary>
    public override string ToString() => $"{nameof(MailClaim)} {Member}";
}

/// <summary>What became of a mail.</summary>
/// <param name="Claim">Which.</param>
/// <param name="Problem">Null: it is on its way.</param>
internal sealed record MailOutcome(MailClaim Claim, string? Problem);

/// <summary>Shares out the due mails among instances: whoever moves the due time has the mail, and whoever dies with it gives it back when that time comes.</summary>
internal sealed class MailClaims(CoreStore store, AuditTrail audit, IOptions<InvitationOptions> options, TimeProvider time)
{
    /// <summary>How long a claim holds; and so how long mails wait that a killed instance had claimed.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);

    /// <summary>Attempts until it is given up; that is after about nine days.</summary>
    public const int MostAttempts = 40;

    // Few, because a killed instance keeps those that it has.
    private const int Batch = 10;

    private const int Looked = 1_000;

    // A mail whose delivery is in doubt may have arrived, so its link stays good beside the next one.
    private const int TokensKept = 5;

    private static readonly TimeSpan firstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan longestPause = TimeSpan.FromHours(6);

    /// <summary>Claims mails that are due, oldest first, and makes a link for each.</summary>
    /// <returns>The claims, and when they end.</returns>
    public async Task<(IReadOnlyList<MailClaim> Claims, DateTimeOffset Until)> TakeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now + Lease;
        var waiting = await store.ReadAsync(
            db => Allowed(db).Where(pair => pair.Invitation.DueAt <= now).OrderBy(pair => pair.Invitation.DueAt).Take(Looked)
                .Select(pair => new { pair.Member.OrganizationId, pair.Member.Id }).ToListAsync(cancellationToken),
            cancellationToken);

        // Each organization in turn: one that invites thousands does not keep the others waiting.
        var due = waiting.GroupBy(pair => pair.OrganizationId).SelectMany(own => own.Select((pair, turn) => (pair.Id, turn)))
            .OrderBy(pair => pair.turn).Take(Batch).Select(pair => pair.Id).ToList();
        return due.Count == 0 ? ([], until) : (await store.WriteAsync(db => TakeAsync(db, due, now, until, cancellationToken), cancellationToken), until);
    }

    /// <summary>Writes down what became of claimed mails. A wish to send again that came meanwhile stays.</summary>
    public Task SettleAsync(IReadOnlyCollection<MailOutcome> outcomes, DateTimeOffset until, CancellationToken cancellationToken) => store.WriteAsync(
        async db =>
        {
            var now = time.GetUtcNow();
            foreach (var (claim, problem) in outcomes.OrderBy(outcome => outcome.Claim.Member, StringComparer.Ordinal))
            {
                var held = db.Invitations.Where(row => row.MemberId == claim.Member && row.DueAt == until);
                if (problem is null)
                {
                    await db.Invitations.Where(row => row.MemberId == claim.Member).ExecuteUpdateAsync(set => set.SetProperty(row => row.SentAt, now), cancellationToken);
                    await held.ExecuteUpdateAsync(
                        set => set.SetProperty(row => row.DueAt, (DateTimeOffset?)null).SetProperty(row => row.Attempts, 0).SetProperty(row => row.Problem, (string?)null), cancellationToken);
                    audit.Add(db, claim.Organization, Actor.System, "invitation.sent", claim.Member, claim.UserName);
                    continue;
                }

                var attempts = claim.Attempts + 1;
                var next = attempts < MostAttempts ? now + PauseAfter(attempts) : (DateTimeOffset?)null;
                await held.ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.DueAt, next).SetProperty(row => row.Attempts, attempts).SetProperty(row => row.Problem, problem), cancellationToken);
            }
        },
        cancellationToken);

    /// <summary>Pause after so many failed attempts: it doubles, up to six hours.</summary>
    public static TimeSpan PauseAfter(int attempts) => attempts > 9 ? longestPause : TimeSpan.FromTicks(Math.Min(firstPause.Ticks << (attempts - 1), longestPause.Ticks));

    private static IQueryable<Pair> Allowed(CoreDb db) => db.Invitations
        .Join(db.Members.Where(member => member.Active && member.AcceptedAt == null), row => row.MemberId, row => row.Id, (invitation, member) => new Pair { Invitation = invitation, Member = member });

    private async Task<IReadOnlyList<MailClaim>> TakeAsync(CoreDb db, List<string> due, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // Held before their invitations, as everywhere; whoever is suspended right now is not mailed.
        await store.Dialect.LockMembersAsync(db, due, share: true, cancellationToken);
        var pairs = await Allowed(db).Where(pair => due.Contains(pair.Member.Id) && pair.Invitation.DueAt <= now)
            .Join(db.Organizations, pair => pair.Member.OrganizationId, row => row.Id, (pair, organization) => new { pair.Invitation, pair.Member, Organization = organization.Name })
            .OrderBy(pair => pair.Member.Id).AsNoTracking().ToListAsync(cancellationToken);
        var claims = new List<MailClaim>();
        foreach (var pair in pairs)
        {
            var address = MailAddresses.Find(pair.Member.Profile, pair.Member.UserName);
            var before = pair.Invitation.DueAt;
            var problem = address is null ? "the IdP gave no e-mail address" : pair.Invitation.Problem;
            var taken = await db.Invitations.Where(row => row.MemberId == pair.Member.Id && row.DueAt == before).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.DueAt, address is null ? null : until).SetProperty(row => row.Problem, problem), cancellationToken);
            if (taken == 1 && address is not null)
            {
                claims.Add(new MailClaim(pair.Member.Id, pair.Member.OrganizationId, pair.Organization, pair.Member.UserName, address,
                    await TokenAsync(db, pair.Member.Id, now, cancellationToken), pair.Invitation.Attempts));
            }
        }

        return claims;
    }

    private async Task<string> TokenAsync(CoreDb db, string member, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var older = await db.InvitationTokens.Where(row => row.MemberId == member).OrderByDescending(row => row.ExpiresAt).Skip(TokensKept - 1).ToListAsync(cancellationToken);
        db.InvitationTokens.RemoveRange(older);
        var (secret, hash) = OneTimeSecret.Create();
        db.InvitationTokens.Add(new InvitationTokenRow { Hash = hash, MemberId = member, ExpiresAt = now.AddDays(options.Value.DaysValid) });
        return secret;
    }

    private sealed class Pair
    {
        public required InvitationRow Invitation { get; init; }

        public required MemberRow Member { get; init; }
    }
}
