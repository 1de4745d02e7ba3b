using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Organizations;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Connections;

/// <summary>Says whose a SCIM call is. A token is good at the URL of its own connection and nowhere else.</summary>
internal sealed class ConnectionAuthority(CoreStore store, TimeProvider time)
{
    /// <summary>Longer ones were not made here.</summary>
    private const int LongestToken = 512;

    private static readonly string nobody = OneTimeSecret.HashOf("");

    // What this instance has written already of each token (by its hash), so that a call costs no write of its own.
    private readonly ConcurrentDictionary<string, Notes> written = [];

    /// <summary>Checks the token of a call, and notes that the connection was used.</summary>
    /// <param name="connection">Connection id, as in the URL.</param>
    /// <param name="bearer">What stands behind <c>Bearer</c>; null or empty: nothing did.</param>
    /// <param name="reads">True for a call that only reads: such a call is how an IdP tests the connection.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null where the token is not a valid one of this connection, or there is no such connection; both take the same way.</returns>
    public async Task<ConnectionIdentity?> CheckAsync(string connection, string? bearer, bool reads, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(bearer) || bearer.Length > LongestToken)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var found = await store.ReadAsync(
            db => db.Connections.Where(row => row.Id == connection)
                .Select(row => new
                {
                    Identity = new ConnectionIdentity(row.Id, row.OrganizationId, row.Kind),
                    Hashes = db.ConnectionTokens.Where(token => token.ConnectionId == row.Id && (token.ExpiresAt == null || token.ExpiresAt > now)).Select(token => token.Hash).ToList(),
                })
                .SingleOrDefaultAsync(cancellationToken),
            cancellationToken);
        var hash = OneTimeSecret.HashOf(bearer);
        if (!IsOneOf(found?.Hashes ?? [], hash) || found is null)
        {
            return null;
        }

        await NoteAsync(connection, hash, now, reads, cancellationToken);
        return found.Identity;
    }

    // Every hash is compared whole, also where there is none: time tells neither which one nor how much of it was right.
    private static bool IsOneOf(List<string> hashes, string given)
    {
        var hash = Encoding.ASCII.GetBytes(given);
        var right = 0;
        foreach (var known in hashes.Count == 0 ? [nobody] : hashes)
        {
            right |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(known), hash) ? 1 : 0;
        }

        return right != 0 && hashes.Count > 0;
    }

    private async Task NoteAsync(string connection, string token, DateTimeOffset now, bool reads, CancellationToken cancellationToken)
    {
        var minute = now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerMinute));
        var before = written.GetValueOrDefault(token);
        var after = new Notes(minute, reads ? minute : before.Tested);
        if (before == after || !TryPut(token, before, after))
        {
            return;
        }

        var tested = reads ? (DateTimeOffset?)minute : null;
        await store.WriteAsync(
            async db =>
            {
                await db.Connections.Where(row => row.Id == connection).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.LastUsedAt, minute).SetProperty(row => row.TestedAt, row => tested ?? row.TestedAt),
                    cancellationToken);
                await db.ConnectionTokens.Where(row => row.Hash == token).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.LastUsedAt, minute).SetProperty(row => row.FirstUsedAt, row => row.FirstUsedAt ?? now),
                    cancellationToken);
            },
            cancellationToken);
    }

    // Of many calls in a new minute one writes.
    private bool TryPut(string token, Notes before, Notes after) =>
        before == default ? written.TryAdd(token, after) : written.TryUpdate(token, after, before);

    private readonly record struct Notes(DateTimeOffset Used, DateTimeOffset? Tested);
}
