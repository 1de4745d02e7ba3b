using System.Collections.Concurrent;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>What a look at a password said.</summary>
internal enum PasswordCheck
{
    /// <summary>Another one.</summary>
    Wrong,

    /// <summary>That one.</summary>
    Right,

    /// <summary>That one, and the hash should be made anew with today's parameters.</summary>
    RightButOutdated,

    /// <summary>Too many wait already: nothing was looked at.</summary>
    Busy,
}

/// <summary>Makes and compares hashes of passwords, two at a time: each takes 64 MiB and a fifth of a second, and strangers may ask for one.</summary>
internal sealed class Passwords : IDisposable
{
    private const int AtOnce = 2;
    private const int MostWaiting = 30;

    // For accounts that are not there: the same work, and never right.
    private static readonly Lazy<PasswordHash> nobodys = new(() => PasswordHash.Of(Organizations.OneTimeSecret.Create().Secret));

    private readonly SemaphoreSlim turns = new(AtOnce, AtOnce);
    private readonly ConcurrentDictionary<string, bool> entered = new(StringComparer.Ordinal);
    private int waiting;

    /// <summary>A hash to keep; null: too many wait already.</summary>
    public Task<PasswordHash?> HashAsync(string password, CancellationToken cancellationToken) => InTurnAsync(() => PasswordHash.Of(password), null, cancellationToken);

    /// <summary>Compares. Takes as long whether or not there is an account.</summary>
    /// <param name="stored">The account's hash; null: there is no such account.</param>
    /// <param name="password">What was typed.</param>
    /// <param name="cancellationToken">Stops while it waits for its turn.</param>
    public Task<PasswordCheck> CheckAsync(string? stored, string password, CancellationToken cancellationToken) => InTurnAsync(
        () =>
        {
            var hash = stored is null ? nobodys.Value : PasswordHash.Parse(stored);
            var fits = hash.Fits(password) & stored is not null;
            return !fits ? PasswordCheck.Wrong : hash.IsPresent ? PasswordCheck.Right : PasswordCheck.RightButOutdated;
        },
        PasswordCheck.Busy,
        cancellationToken);

    /// <summary>One look at a time at each administrator's own password: a session does not fill the queue that everybody's sign-in waits in.</summary>
    /// <returns>False: one is under way.</returns>
    public bool TryEnter(string administrator) => entered.TryAdd(administrator, true);

    /// <summary>The look that <see cref="TryEnter"/> let in is over.</summary>
    public void Leave(string administrator) => entered.TryRemove(administrator, out _);

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    private async Task<T> InTurnAsync<T>(Func<T> work, T busy, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref waiting) > MostWaiting + AtOnce)
        {
            Interlocked.Decrement(ref waiting);
            return busy;
        }

        try
        {
            await turns.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(work, CancellationToken.None);
            }
            finally
            {
                turns.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
