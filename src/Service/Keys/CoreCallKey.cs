using EncryptionService.Formats;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys;

/// <summary>The core's call key: the configured one, until the core announced another with the one before (docs/spec/core.md, section 4).</summary>
internal sealed class CoreCallKey(RootStore root, KeyRing ring, IOptions<CoreOptions> options, TimeProvider time)
{
    private readonly SigningJwk configured = SigningJwk.TryParse(options.Value.CallKey, out var key, out var problem)
        ? key
        : throw new OptionsValidationException(nameof(CoreOptions), typeof(CoreOptions), [$"Core:CallKey: {problem.Message}"]);

    private volatile Known? known;

    /// <summary>The only key that is valid now.</summary>
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

        if (change.Key.Thumbprint == Current.Thumbprint)
        {
            return null; // announced again: a lost reply
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
