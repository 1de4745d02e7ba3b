using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>A one-time link that is still good.</summary>
internal sealed record LinkView(string Hash, string Organization, string OrganizationName, DateTimeOffset ExpiresAt);

/// <summary>An administrator in the list of all.</summary>
internal sealed record AdministratorView(string Id, string Name, string Email, DateTimeOffset CreatedAt, DateTimeOffset? SignedInAt, DateTimeOffset? LockedUntil, int RecoveryCodes);

/// <summary>What somebody with a link typed.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Email">E-mail address.</param>
/// <param name="Password">Password; it was looked at (<see cref="PasswordRules"/>).</param>
/// <param name="TotpSecret">Secret of the app.</param>
/// <param name="Code">First code of the app.</param>
internal sealed record Joining(string Name, string Email, string Password, byte[] TotpSecret, string Code)
{
    /// <summary>Says nothing.</summary>
    public override string ToString() => nameof(Joining);
}

/// <summary>How that went.</summary>
internal enum JoinVerdict
{
    /// <summary>There is a new administrator.</summary>
    Joined,

    /// <summary>The link is unknown, used, or has run out.</summary>
    NoLink,

    /// <summary>Somebody has an account with that address.</summary>
    EmailTaken,

    /// <summary>The code is not one of that secret now.</summary>
    WrongCode,

    /// <summary>Too many wait already.</summary>
    Busy,
}

/// <summary>Who administers an organization. They come by one-time links: the first by one of the command line, others by one of the panel.</summary>
internal sealed class AdministratorBook(CoreStore store, Passwords passwords, TotpSecrets secrets, SessionBook sessions, AuditTrail audit, TimeProvider time)
{
    /// <summary>Looks at a link without using it.</summary>
    /// <returns>Null: it is unknown, used, or has run out.</returns>
    public async Task<LinkView?> FindLinkAsync(string token, CancellationToken cancellationToken)
    {
        var (hash, now) = (OneTimeSecret.HashOf(token), time.GetUtcNow());
        return await store.ReadAsync(
            db => db.AdminLinks.Where(row => row.Hash == hash && row.UsedAt == null && row.ExpiresAt > now)
                .Join(db.Organizations, row => row.OrganizationId, row => row.Id, (link, organization) => new LinkView(link.Hash, organization.Id, organization.Name, link.ExpiresAt))
                .SingleOrDefaultAsync(cancellationToken),
            cancellationToken);
    }

    /// <summary>Uses a link up: the account is made whole, or not at all and the link stays good.</summary>
    /// <returns>With <see cref="JoinVerdict.Joined"/>: recovery codes, to be shown once, and the token of a first session.</returns>
    public async Task<(JoinVerdict Verdict, IReadOnlyList<string> Codes, string? Token)> JoinAsync(
        LinkView link, Joining joining, Visitor visitor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (Totp.Match(joining.TotpSecret, joining.Code.Trim(), now, 0) is not { } step)
        {
            return (JoinVerdict.WrongCode, [], null);
        }

        if (await passwords.HashAsync(joining.Password, cancellationToken) is not { } hash)
        {
            return (JoinVerdict.Busy, [], null);
        }

        var id = Guid.CreateVersion7(now).ToString("N");
        var email = joining.Email.Trim();
        var (codes, rows) = RecoveryCodes.Create(id);
        try
        {
            var token = await store.WriteAsync(
                async db =>
                {
                    if (await db.AdminLinks.Where(row => row.Hash == link.Hash && row.UsedAt == null && row.ExpiresAt > now)
                        .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellationToken) == 0)
                    {
                        return null;
                    }

                    db.Administrators.Add(new AdministratorRow
                    {
                        Id = id,
                        OrganizationId = link.Organization,
                        Email = email,
                        EmailKey = Folding.Fold(email),
                        Name = joining.Name.Trim(),
                        PasswordHash = hash.ToString(),
                        TotpSecret = secrets.Protect(joining.TotpSecret),
                        TotpStep = step,
                        CreatedAt = now,
                        SignedInAt = now,
                    });
                    await db.SaveChangesAsync(cancellationToken);
                    db.RecoveryCodes.AddRange(rows);
                    audit.Add(db, link.Organization, Actor.Administrator(id), "administrator.joined", id, email, $"{visitor.Client}, {visitor.Address}");
                    return await sessions.AddAsync(db, id, visitor, cancellationToken);
                },
                cancellationToken);
            return token is null ? (JoinVerdict.NoLink, [], null) : (JoinVerdict.Joined, codes, token);
        }
        catch (UniqueException)
        {
            return (JoinVerdict.EmailTaken, [], null);
        }
    }

    /// <summary>Administrators of an organization, by name.</summary>
    public async Task<IReadOnlyList<AdministratorView>> ListAsync(string organization, CancellationToken cancellationToken) => await store.ReadAsync(
        db => db.Administrators.Where(row => row.OrganizationId == organization).OrderBy(row => row.Name).ThenBy(row => row.Id)
            .Select(row => new AdministratorView(
                row.Id, row.Name, row.Email, row.CreatedAt, row.SignedInAt, row.LockedUntil, db.RecoveryCodes.Count(code => code.AdministratorId == row.Id)))
            .ToListAsync(cancellationToken),
        cancellationToken);

    /// <summary>Links of an organization that are still good, the oldest first.</summary>
    public async Task<IReadOnlyList<LinkView>> ListLinksAsync(string organization, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await store.ReadAsync(
            db => db.AdminLinks.Where(row => row.OrganizationId == organization && row.UsedAt == null && row.ExpiresAt > now).OrderBy(row => row.ExpiresAt)
                .Select(row => new LinkView(row.Hash, row.OrganizationId, "", row.ExpiresAt)).ToListAsync(cancellationToken),
            cancellationToken);
    }

    /// <summary>Ends a link that nobody has used.</summary>
    /// <returns>False: there is none in this organization.</returns>
    public async Task<bool> WithdrawAsync(PanelSession session, string hash, CancellationToken cancellationToken) => Digest32.TryParse(hash, out _) && await store.WriteAsync(
        async db =>
        {
            if (await db.AdminLinks.Where(row => row.OrganizationId == session.Organization && row.Hash == hash && row.UsedAt == null).ExecuteDeleteAsync(cancellationToken) == 0)
            {
                return false;
            }

            audit.Add(db, session.Organization, session.Actor, "admin.link-withdrawn", session.Organization);
            return true;
        },
        cancellationToken);

    /// <summary>Removes somebody else, with all sessions and all open invitations of the organization: one of them may be that person's way back.</summary>
    /// <returns>False: there is no such administrator in this organization, or it is the caller.</returns>
    public Task<bool> RemoveAsync(PanelSession session, string id, CancellationToken cancellationToken) => store.WriteAsync(
        async db =>
        {
            if (id == session.Administrator
                || await db.Administrators.SingleOrDefaultAsync(row => row.Id == id && row.OrganizationId == session.Organization, cancellationToken) is not { } row)
            {
                return false;
            }

            await db.AdministratorSessions.Where(other => other.AdministratorId == id).ExecuteDeleteAsync(cancellationToken);
            await db.RecoveryCodes.Where(other => other.AdministratorId == id).ExecuteDeleteAsync(cancellationToken);
            if (await db.AdminLinks.Where(link => link.OrganizationId == session.Organization && link.UsedAt == null).ExecuteDeleteAsync(cancellationToken) > 0)
            {
                audit.Add(db, session.Organization, session.Actor, "admin.link-withdrawn", session.Organization);
            }

            db.Administrators.Remove(row);
            audit.Add(db, session.Organization, session.Actor, "administrator.removed", id, row.Email);
            return true;
        },
        cancellationToken);
}
