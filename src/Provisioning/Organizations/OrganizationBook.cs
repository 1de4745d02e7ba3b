using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Organizations;

/// <summary>Makes and lists organizations, and the secrets that are handed out for them once.</summary>
internal sealed class OrganizationBook(CoreStore store, CallKeys keys, AuditTrail audit, TimeProvider time)
{
    /// <summary>How long an enrolment token is good.</summary>
    public static readonly TimeSpan EnrolmentValidity = TimeSpan.FromHours(72);

    /// <summary>How long an administrator's link is good.</summary>
    public static readonly TimeSpan AdminLinkValidity = TimeSpan.FromHours(24);

    /// <summary>A new organization.</summary>
    /// <returns>False: the id is taken.</returns>
    public async Task<bool> CreateAsync(string id, string name, Actor actor, CancellationToken cancellationToken)
    {
        var callKey = keys.Create();
        try
        {
            await store.WriteAsync(
                db =>
                {
                    db.Organizations.Add(new OrganizationRow { Id = id, Name = name, CreatedAt = time.GetUtcNow(), CallKey = callKey });
                    audit.Add(db, id, actor, "organization.created", id, name);
                    return Task.CompletedTask;
                },
                cancellationToken);
            return true;
        }
        catch (UniqueException)
        {
            return false;
        }
    }

    /// <summary>All organizations, by id.</summary>
    public async Task<IReadOnlyList<OrganizationRow>> ListAsync(CancellationToken cancellationToken) =>
        await store.ReadAsync(db => db.Organizations.OrderBy(row => row.Id).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>A new enrolment token, good once for <see cref="EnrolmentValidity"/>.</summary>
    /// <returns>Null: there is no such organization.</returns>
    public Task<string?> EnrolmentTokenAsync(string organization, Actor actor, CancellationToken cancellationToken) =>
        HandOutAsync(organization, actor, "service.configured", (db, hash, now) =>
            db.EnrolmentTokens.Add(new EnrolmentTokenRow { Hash = hash, OrganizationId = organization, ExpiresAt = now + EnrolmentValidity }), cancellationToken);

    /// <summary>A new token for the organization's operators.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="replace">True: those before it end. False: they stay valid.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null: there is no such organization.</returns>
    public Task<string?> OperatorTokenAsync(string organization, bool replace, Actor actor, CancellationToken cancellationToken) =>
        HandOutAsync(organization, actor, replace ? "operator.token-replaced" : "operator.token", async (db, hash, now) =>
        {
            if (replace)
            {
                await db.OperatorTokens.Where(row => row.OrganizationId == organization).ExecuteDeleteAsync(cancellationToken);
            }

            db.OperatorTokens.Add(new OperatorTokenRow { Hash = hash, OrganizationId = organization, CreatedAt = now });
        }, cancellationToken);

    /// <summary>The token of a link for the organization's first administrator, good once for <see cref="AdminLinkValidity"/>.</summary>
    /// <returns>Null: there is no such organization.</returns>
    public Task<string?> AdminTokenAsync(string organization, Actor actor, CancellationToken cancellationToken) =>
        HandOutAsync(organization, actor, "admin.link", (db, hash, now) =>
            db.AdminLinks.Add(new AdminLinkRow { Hash = hash, OrganizationId = organization, ExpiresAt = now + AdminLinkValidity }), cancellationToken);

    private Task<string?> HandOutAsync(string organization, Actor actor, string action, Action<CoreDb, string, DateTimeOffset> keep, CancellationToken cancellationToken) =>
        HandOutAsync(
            organization, actor, action,
            (db, hash, now) =>
            {
                keep(db, hash, now);
                return Task.CompletedTask;
            },
            cancellationToken);

    private Task<string?> HandOutAsync(string organization, Actor actor, string action, Func<CoreDb, string, DateTimeOffset, Task> keep, CancellationToken cancellationToken) =>
        store.WriteAsync<string?>(
            async db =>
            {
                if (!await db.Organizations.AnyAsync(row => row.Id == organization, cancellationToken))
                {
                    return null;
                }

                var (secret, hash) = OneTimeSecret.Create();
                await keep(db, hash, time.GetUtcNow());
                audit.Add(db, organization, actor, action, organization);
                return secret;
            },
            cancellationToken);
}
