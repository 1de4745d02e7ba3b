using EncryptionService.Formats;

namespace EncryptionService.Service.Keys;

/// <summary>A key wrapped by a key encryption key, with all that is needed to unwrap it again.</summary>
/// <param name="Blob">The wrapped key.</param>
/// <param name="KeyId">Id of the wrapping key, version included.</param>
/// <param name="Algorithm">JWA name of the wrapping algorithm.</param>
internal sealed record WrappedKey(ReadOnlyMemory<byte> Blob, string KeyId, string Algorithm);

/// <summary>The key encryption key (KEK): wraps the root key, and never leaves its keeper.</summary>
/// <remarks>Two keepers: local files, and Azure Key Vault. One unwrap for each start of a process, none for an event.</remarks>
internal interface IKeyEncryptionKey
{
    /// <summary>Id of the newest version.</summary>
    /// <param name="mayCreate">True only where no ledger exists yet: a keeper that makes keys itself may make the first one then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KeyUnavailableException">There is no key, or no access to it.</exception>
    ValueTask<string> GetCurrentIdAsync(bool mayCreate, CancellationToken cancellationToken);

    /// <summary>Wraps a key with the newest version.</summary>
    /// <exception cref="KeyUnavailableException">There is no key, or no access to it.</exception>
    ValueTask<WrappedKey> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken);

    /// <summary>Unwraps with exactly the version that wrapped. The caller zeroes the result.</summary>
    /// <exception cref="KeyUnavailableException">That version is missing, foreign, disabled, or out of reach.</exception>
    /// <exception cref="StartupException">It is the right version, and the wrapped key does not open: the ledger was changed.</exception>
    ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken);
}

/// <summary>One version of the organization key.</summary>
/// <param name="Id">What its keeper calls it, version included.</param>
/// <param name="Public">Its public half.</param>
internal sealed record SigningVersion(string Id, SigningJwk Public)
{
    /// <summary>Generation of the newest root that its keeper remembers to have been made under it; 0: of none.</summary>
    public ulong RootGeneration { get; init; }
}

/// <summary>The organization key: signs identity certificates. Members pin its thumbprint.</summary>
internal interface IOrganizationKey
{
    /// <summary>The configured version, or the newest.</summary>
    /// <param name="mayCreate">True only where no ledger exists yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KeyUnavailableException">There is no key, or no access to it.</exception>
    ValueTask<SigningVersion> GetVersionAsync(bool mayCreate, CancellationToken cancellationToken);

    /// <summary>ES256 over <paramref name="data"/> by exactly this version, whatever was made after it: 64 bytes, r and s.</summary>
    /// <exception cref="KeyUnavailableException">That version is missing, another one, or out of reach.</exception>
    ValueTask<byte[]> SignAsync(SigningVersion version, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Lets the keeper remember, beside this version and away from the ledger, that a root of this generation was made under it.</summary>
    /// <exception cref="KeyUnavailableException">The keeper does not do it; nothing was changed.</exception>
    ValueTask RememberRootAsync(SigningVersion version, ulong generation, CancellationToken cancellationToken);
}

/// <summary>A key that the service needs is missing, foreign or out of reach. The message says which one and what to do.</summary>
internal sealed class KeyUnavailableException : Exception
{
    /// <summary>True where waiting may help: a vault that is away or busy, or a role that is not effective yet. A service that starts waits and tries again.</summary>
    public bool Passes { get; init; }

    /// <summary>How long the keeper asks to wait before the next try; null: it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public KeyUnavailableException()
    {
    }

    public KeyUnavailableException(string message)
        : base(message)
    {
    }

    public KeyUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
