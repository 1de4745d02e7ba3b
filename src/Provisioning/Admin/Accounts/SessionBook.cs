using System.Security.Cryptography;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>Sessions of the panel (docs/spec/panel.md, section 3). A token is made at a sign-in and nowhere else; the table has its hash.</summary>
internal sealed class SessionBook(CoreStore store, AuditTrail audit, TimeProvider time)
{
    /// <summary>How long a session stays without a request.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>How long it stays at all.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private const int TokenLength = 43;

    /// <summary>Adds a session to the transaction of a sign-in, and forgets those that are over.</summary>
    /// <returns>The token, for the cookie.</returns>
    public async Task<string> AddAsync(CoreDb db, string administrator, Visitor visitor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var unseen = now - Idle;
        await db.AdministratorSessions.Where(row => row.ExpiresAt <= now || row.SeenAt <= unseen).ExecuteDeleteAsync(cancellationToken);
        var (token, hash) = OneTimeSecret.Create();
        db.AdministratorSessions.Add(new AdministratorSessionRow
        {
            Hash = hash,
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            AdministratorId = administrator,
            CreatedAt = now,
            SeenAt = now,
            ExpiresAt = now + Longest,
            Client = visitor.Client,
            Address = visitor.Address,
        });
        return token;
    }

    /// <summary>Whose session a token is.</summary>
    /// <param name="token">From the cookie; null: there was none.</param>
    /// <param name="isVisit">True: somebody looks at a page, so that the session goes on and its notice is shown. False: a page asks by itself.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null: there is no such session, or it is over.</returns>
    public async Task<PanelSession?> FindAsync(string? token, bool isVisit, CancellationToken cancellationToken)
    {
        if (token is not { Length: TokenLength })
        {
            return null;
        }

        var now = time.GetUtcNow();
        var hash = OneTimeSecret.HashOf(token);
        var found = await store.ReadAsync(
            db => (from session in db.AdministratorSessions
                   where session.Hash == hash
                   join administrator in db.Administrators on session.AdministratorId equals administrator.Id
                   join organization in db.Organizations on administrator.OrganizationId equals organization.Id
                   select new { Session = session, administrator.Id, administrator.Name, administrator.Email, Organization = organization.Id, OrganizationName = organization.Name })
                .SingleOrDefaultAsync(cancellationToken),
            cancellationToken);
        if (found is null || found.Session.ExpiresAt <= now || found.Session.SeenAt + Idle <= now)
        {
            return null;
        }

        if (isVisit && (found.Session.Notice is not null || now - found.Session.SeenAt >= TimeSpan.FromMinutes(1)))
        {
            await store.WriteAsync(
                db => db.AdministratorSessions.Where(row => row.Hash == hash)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.SeenAt, now).SetProperty(row => row.Notice, (string?)null), cancellationToken),
                cancellationToken);
        }

        return new PanelSession(
            hash, found.Session.Id, found.Id, found.Name, found.Email, found.Organization, found.OrganizationName, isVisit ? found.Session.Notice : null);
    }

    /// <summary>What the next page of this session says at its top.</summary>
    public Task NoteAsync(PanelSession session, string notice, CancellationToken cancellationToken) => store.WriteAsync(
        db => db.AdministratorSessions.Where(row => row.Hash == session.Hash).ExecuteUpdateAsync(set => set.SetProperty(row => row.Notice, notice), cancellationToken),
        cancellationToken);

    /// <summary>An administrator's own sessions, the newest first.</summary>
    public async Task<IReadOnlyList<SessionView>> ListAsync(string administrator, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var unseen = now - Idle;
        return await store.ReadAsync(
            db => db.AdministratorSessions.Where(row => row.AdministratorId == administrator && row.ExpiresAt > now && row.SeenAt > unseen)
                .OrderByDescending(row => row.CreatedAt).ThenBy(row => row.Id)
                .Select(row => new SessionView(row.Id, row.Client, row.Address, row.CreatedAt, row.SeenAt, row.ExpiresAt))
                .ToListAsync(cancellationToken),
            cancellationToken);
    }

    /// <summary>Ends one of the administrator's own sessions.</summary>
    /// <returns>False: there is none of that id.</returns>
    public async Task<bool> EndAsync(PanelSession session, string id, CancellationToken cancellationToken) => id.All(char.IsAsciiLetterOrDigit) && await store.WriteAsync(
        async db =>
        {
            if (await db.AdministratorSessions.Where(row => row.AdministratorId == session.Administrator && row.Id == id).ExecuteDeleteAsync(cancellationToken) == 0)
            {
                return false;
            }

            audit.Add(db, session.Organization, session.Actor, "administrator.signed-out", session.Administrator, session.Email);
            return true;
        },
        cancellationToken);

    /// <summary>Ends all of the administrator's own sessions.</summary>
    public Task EndAllAsync(PanelSession session, CancellationToken cancellationToken) => store.WriteAsync(
        async db =>
        {
            var ended = await db.AdministratorSessions.Where(row => row.AdministratorId == session.Administrator).ExecuteDeleteAsync(cancellationToken);
            audit.Add(db, session.Organization, session.Actor, "administrator.signed-out-everywhere", session.Administrator, session.Email, $"{ended} sessions");
        },
        cancellationToken);
}
