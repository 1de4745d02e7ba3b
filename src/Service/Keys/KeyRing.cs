namespace EncryptionService.Service.Keys;

/// <summary>Holds the service's keys from the moment that the root is unsealed.</summary>
internal sealed class KeyRing : IDisposable
{
    private volatile ServiceKeys? keys;

    /// <summary>True once the root is unsealed.</summary>
    public bool IsOpen => keys is not null;

    /// <summary>The keys.</summary>
    /// <exception cref="InvalidOperationException">The root is not unsealed yet; doors check <see cref="IsOpen"/> first.</exception>
    public ServiceKeys Keys => keys ?? throw new InvalidOperationException("The root key is not unsealed yet.");

    /// <summary>Opens the ring. Once.</summary>
    public void Open(ServiceKeys opened) => keys = opened;

    /// <inheritdoc/>
    public void Dispose() => keys?.Dispose();
}
