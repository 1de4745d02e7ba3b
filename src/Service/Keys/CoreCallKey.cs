using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys;

/// <summary>The core's call key: the configured one, until the core announced another with the one before (docs/spec/core.md, section 4).</summary>
/// <remarks>
/// An announcement reaches one replica. The others learn of it from the ledger: when a token names a key that they do not know, and otherwise
/// within <see cref="Freshness"/>, so that the key before does not stay valid with whoever hears of nothing.
/// </remarks>
internal sealed class CoreCallKey(RootStore root, KeyRing ring, IOptions<CoreOptions> options, TimeProvider time)
{
    /// <summary>How long a replica relies on what it read of the announcements, while calls come in.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    /// <summary>Shortest time between two looks at the ledger because of keys that nobody knows: tokens cost nothing to make up.</summary>
    public static readonly TimeSpan StrangersPace = TimeSpan.FromSeconds(1);

    private readonly SigningJwk configured = SigningJwk.TryParse(options.Value.CallKey, out var key, out var problem)
        ? key
        : throw new OptionsValidationException(nameof(CoreOptions), typeof(CoreOptions), [$"Core:CallKey: {problem.Message}"]);

    private volatile Known? known;

    /// <summary>The only valid key, as far as this replica has read.</summary>
    public SigningJwk Current
    {
        get
        {
            var documents = root.State.CallKeyDocuments;
            var seen = known;
            if (seen?.Documents != documents)
            {
                // Announcements that follow the configured key; a newly configured key that none of them leads to stands by itself.
                seen = new Known(documents, documents.Aggregate(configured, (current, document) => Follow(current, document) ?? current));
                known = seen;
            }

            return seen.Key;
        }
    }

    /// <summary>The key of a token that names its key: the only valid one, read again first where the token knows another.</summary>
    /// <exception cref="LedgerUnavailableException">The medium failed.</exception>
    public async ValueTask<SigningJwk> FindAsync(Thumbprint named, CancellationToken cancellationToken)
    {
        if (Current.Thumbprint != named)
        {
            await root.RefreshForStrangerAsync(StrangersPace, cancellationToken);
        }

        return Current;
    }

    /// <summary>True if a key that a token was verified with is still the valid one, by what the ledger said not longer ago than <see cref="Freshness"/>.</summary>
    /// <exception cref="LedgerUnavailableException">The medium failed: nobody knows.</exception>
    public async ValueTask<bool> IsStillValidAsync(SigningJwk key, CancellationToken cancellationToken)
    {
        await root.RefreshAsync(Freshness, cancellationToken);
        return Current.Thumbprint == key.Thumbprint;
    }

    /// <summary>Takes an announced key.</summary>
    /// <returns>What is wrong with the announcement, or null.</returns>
    public async Task<string?> ChangeAsync(string document, CancellationToken cancellationToken)
    {
        if (!CallKeyChange.TryParse(document, out var change, out var error))
        {
            return error;
        }

        if (change.Organization != ring.Keys.Organization || change.Audience != ring.Keys.IdentityThumbprint.ToString())
        {
            return "the call key is meant for another service";
        }

        if (!change.IsTimely(time.GetUtcNow(), out var problem))
        {
            return problem;
        }

        await root.RefreshAsync(TimeSpan.Zero, cancellationToken);
        if (change.Key.Thumbprint == Current.Thumbprint)
        {
            return null; // announced again: a lost reply, perhaps another replica's
        }

        // Decided on the newest state: of two announcements that the present key signed, the first counts.
        var accepted = await root.UpdateAsync(
            _ => Follow(Current, document) is null ? null : new RootRecord { CallKeyChanged = new CallKeyChanged { Document = document } }, cancellationToken);
        return accepted ? null : "the call key is not signed with the present one";
    }

    private static SigningJwk? Follow(SigningJwk current, string document)
        => CallKeyChange.TryParse(document, out var change, out _) && change.Jws.Kid == current.Thumbprint && change.VerifiedBy(current) ? change.Key : null;

    private sealed record Known(IReadOnlyList<string> Documents, SigningJwk Key);
}
