using System.Security.Cryptography;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Connections;

/// <summary>Makes, lists, changes and ends connections. Every change is in the audit trail.</summary>
internal sealed class ConnectionBook(CoreStore store, AuditTrail audit, IOptions<ProvisioningOptions> options, TimeProvider time)
{
    /// <summary>How long old tokens stay valid beside a new one, unless told otherwise.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromDays(7);

    private const int IdLength = 20;

    // Okta refuses a base URL with an underscore in it (docs/spec/scim.md, point 33).
    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A new connection with its first token.</summary>
    /// <param name="organization">Organization id.</param>
    /// <param name="kind">For labels.</param>
    /// <param name="name">Name for people; null or blank: the product's name.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null: there is no such organization.</returns>
    public async Task<ConnectionSecret?> CreateAsync(string organization, ConnectionKind kind, string? name, Actor actor, CancellationToken cancellationToken)
    {
        var id = RandomNumberGenerator.GetString(IdAlphabet, IdLength);
        var (token, hash) = OneTimeSecret.Create();
        var now = time.GetUtcNow();
        var label = string.IsNullOrWhiteSpace(name) ? LabelOf(kind) : name.Trim();
        var made = await store.WriteAsync(
            async db =>
            {
                if (!await db.Organizations.AnyAsync(row => row.Id == organization, cancellationToken))
                {
                    return false;
                }

                db.Connections.Add(new ConnectionRow { Id = id, OrganizationId = organization, Kind = kind, Name = label, CreatedAt = now });
                db.ConnectionTokens.Add(new ConnectionTokenRow { Hash = hash, ConnectionId = id, CreatedAt = now });
                audit.Add(db, organization, actor, "connection.created", id, label, LabelOf(kind));
                return true;
            },
            cancellationToken);
        return made ? new ConnectionSecret(id, BaseUrlOf(id), token, null) : null;
    }

    /// <summary>A new token. The old ones stay valid for a while, so that the IdP can be changed over without a gap.</summary>
    /// <param name="id">Connection id.</param>
    /// <param name="overlap">How long; zero: the old ones end now.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null: there is no such connection.</returns>
    public async Task<ConnectionSecret?> RotateAsync(string id, TimeSpan overlap, Actor actor, CancellationToken cancellationToken)
    {
        var (token, hash) = OneTimeSecret.Create();
        var now = time.GetUtcNow();
        var end = now + overlap;
        var until = await store.WriteAsync(
            async db =>
            {
                if (await db.Connections.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } connection)
                {
                    return null;
                }

                var old = await db.ConnectionTokens.Where(row => row.ConnectionId == id).ToListAsync(cancellationToken);
                var ended = old.Where(row => overlap <= TimeSpan.Zero || row.ExpiresAt <= now).ToList();
                db.ConnectionTokens.RemoveRange(ended);
                foreach (var row in old.Except(ended))
                {
                    row.ExpiresAt = row.ExpiresAt < end ? row.ExpiresAt : end;
                }

                db.ConnectionTokens.Add(new ConnectionTokenRow { Hash = hash, ConnectionId = id, CreatedAt = now });
                audit.Add(db, connection.OrganizationId, actor, "connection.rotated", id, connection.Name, overlap > TimeSpan.Zero ? $"old tokens until {end:u}" : "old tokens ended");
                return new Until(old.Count > ended.Count ? old.Except(ended).Max(row => row.ExpiresAt) : null);
            },
            cancellationToken);
        return until is null ? null : new ConnectionSecret(id, BaseUrlOf(id), token, until.At);
    }

    /// <summary>Connections of an organization, or all.</summary>
    public async Task<IReadOnlyList<ConnectionView>> ListAsync(string? organization, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rows = await store.ReadAsync(
            db => db.Connections.Where(row => organization == null || row.OrganizationId == organization)
                .OrderBy(row => row.OrganizationId).ThenBy(row => row.CreatedAt).ThenBy(row => row.Id)
                .Select(row => new
                {
                    Row = row,
                    Tokens = db.ConnectionTokens.Where(token => token.ConnectionId == row.Id && (token.ExpiresAt == null || token.ExpiresAt > now))
                        .OrderByDescending(token => token.ExpiresAt == null).ThenByDescending(token => token.CreatedAt).ThenBy(token => token.Hash)
                        .Select(token => new TokenView(token.CreatedAt, token.FirstUsedAt, token.LastUsedAt, token.ExpiresAt)).ToList(),
                })
                .ToListAsync(cancellationToken),
            cancellationToken);
        return [.. rows.Select(found => new ConnectionView(
            found.Row.Id, found.Row.OrganizationId, found.Row.Kind, found.Row.Name, BaseUrlOf(found.Row.Id), found.Row.CreatedAt, found.Row.TestedAt, found.Row.LastUsedAt, found.Tokens))];
    }

    /// <summary>Ends a connection and its tokens. Members and groups stay as they are.</summary>
    /// <returns>False: there is no such connection.</returns>
    public Task<bool> DeleteAsync(string id, Actor actor, CancellationToken cancellationToken) => store.WriteAsync(
        async db =>
        {
            if (await db.Connections.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } connection)
            {
                return false;
            }

            await db.ConnectionTokens.Where(row => row.ConnectionId == id).ExecuteDeleteAsync(cancellationToken);
            db.Connections.Remove(connection);
            audit.Add(db, connection.OrganizationId, actor, "connection.deleted", id, connection.Name);
            return true;
        },
        cancellationToken);

    /// <summary>The product that the kind names.</summary>
    public static string LabelOf(ConnectionKind kind) => kind == ConnectionKind.Okta ? "Okta" : "Entra ID";

    private Uri BaseUrlOf(string id) => new(options.Value.PublicAddress, $"/scim/{id}/v2");

    private sealed record Until(DateTimeOffset? At);
}
