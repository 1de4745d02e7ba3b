using System.Collections.Immutable;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys;

/// <summary>Why an announced call key was not taken.</summary>
/// <param name="Message">For people.</param>
/// <param name="IsTooOften">True where nothing is wrong with the announcement but that there were too many before it.</param>
internal sealed record CallKeyRefusal(string Message, bool IsTooOften = false);

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

    /// <summary>How many changes the ledger takes, ever: all are verified at every start, and an append blob has a last block.</summary>
    public const int MostChanges = 1_000;

    /// <summary>How many changes are taken within <see cref="Window"/>: one an hour, and some that follow each other where a key has leaked.</summary>
    public const int MostInWindow = 3;

    /// <summary>Over which time changes are counted, by the times in the ledger.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(3);

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
                // Those that were followed before are not verified again.
                var before = seen is not null && seen.IsBeginningOf(documents) ? seen : new Known([], configured);
                var key = documents.Skip(before.Documents.Count).Aggregate(before.Key, (current, next) => Follow(current, next.Document) ?? current);
                known = seen = new Known(documents, key);
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
    public async Task<CallKeyRefusal?> ChangeAsync(string document, CancellationToken cancellationToken)
    {
        if (!CallKeyChange.TryParse(document, out var change, out var error))
        {
            return new(error);
        }

        if (change.Organization != ring.Keys.Organization || change.Audience != ring.Keys.IdentityThumbprint.ToString())
        {
            return new("the call key is meant for another service");
        }

        if (!change.IsTimely(time.GetUtcNow(), out var problem))
        {
            return new(problem);
        }

        await root.RefreshAsync(TimeSpan.Zero, cancellationToken);
        if (change.Key.Thumbprint == Current.Thumbprint)
        {
            return null; // announced again: a lost reply, perhaps another replica's
        }

        // Decided on the newest state: of two announcements that the present key signed, the first counts.
        CallKeyRefusal? refusal = null;
        await root.UpdateAsync(
            state =>
            {
                var isThere = change.Key.Thumbprint == Current.Thumbprint; // a lost race against our own frame
                refusal = isThere ? null
                    : Follow(Current, document) is null ? new("the call key is not signed with the present one")
                    : WhyTooOften(state.CallKeyDocuments);
                return isThere || refusal is not null ? null : new RootRecord { CallKeyChanged = new CallKeyChanged { Document = document } };
            },
            cancellationToken);
        return refusal;
    }

    private CallKeyRefusal? WhyTooOften(ImmutableList<CallKeyAnnouncement> taken)
    {
        if (taken.Count >= MostChanges)
        {
            return new($"the call key changed {MostChanges} times, and the ledger takes no more; from now on it changes by the configuration (Core:CallKey)", IsTooOften: true);
        }

        // A change far in the future was recorded by a clock that was wrong: it keeps nobody waiting.
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return taken.Count(change => Math.Abs(now - change.At) < (long)Window.TotalSeconds) < MostInWindow
            ? null
            : new("the call key changed three times within three hours; announce the next one later", IsTooOften: true);
    }

    private static SigningJwk? Follow(SigningJwk current, string document)
        => CallKeyChange.TryParse(document, out var change, out _) && change.Jws.Kid == current.Thumbprint && change.VerifiedBy(current) ? change.Key : null;

    private sealed record Known(ImmutableList<CallKeyAnnouncement> Documents, SigningJwk Key)
    {
        public bool IsBeginningOf(ImmutableList<CallKeyAnnouncement> longer)
            => Documents.Count <= longer.Count && (Documents.IsEmpty || ReferenceEquals(Documents[^1], longer[Documents.Count - 1]));
    }
}
