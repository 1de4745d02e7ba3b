using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>A KEK in Azure Key Vault, which never lets it out (docs/spec/keys.md, section 2).</summary>
/// <remarks>The vault makes and rotates it; the service makes none.</remarks>
internal sealed class KeyVaultKeyEncryptionKey(KeyVaultKeyClient client, IOptions<KeyOptions> options) : IKeyEncryptionKey
{
    private const string Algorithm = "RSA-OAEP-256";
    private static readonly byte[] algorithm = "RSA-OAEP-256"u8.ToArray();

    /// <inheritdoc/>
    public async ValueTask<string> GetCurrentIdAsync(bool mayCreate, CancellationToken cancellationToken)
        => (await FindNewestAsync(cancellationToken)).Id;

    /// <inheritdoc/>
    public async ValueTask<WrappedKey> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var newest = await FindNewestAsync(cancellationToken);
        var id = new Uri(newest.Id);
        var blob = await client.WrapKeyAsync(id, algorithm, key, cancellationToken);
        return blob.Length == newest.ModulusBytes
            ? new WrappedKey(blob, newest.Id, Algorithm)
            : throw VaultFault.Nonsense(id, $"a wrapped key of {blob.Length} bytes");
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken)
    {
        if (wrapped.Algorithm != Algorithm || !client.IsOurs(wrapped.KeyId, options.Value.WrappingKey))
        {
            throw new KeyUnavailableException(
                $"The root key was wrapped by {wrapped.KeyId} ({wrapped.Algorithm}), which is no version of {options.Value.WrappingKey} in {options.Value.VaultUrl}. Start the service with the vault and the key that made this ledger.");
        }

        if (!IsLength(wrapped.Blob.Length))
        {
            throw new StartupException(ExitCode.Disagreement,
                $"The wrapped root key has {wrapped.Blob.Length} bytes, which no RSA key makes: the ledger's root was changed. Restore it.");
        }

        try
        {
            return await client.UnwrapKeyAsync(new Uri(wrapped.KeyId), algorithm, wrapped.Blob, cancellationToken);
        }
        catch (CryptographicException exception)
        {
            throw new StartupException(ExitCode.Disagreement, $"The wrapped root key does not open with {wrapped.KeyId}: the ledger's root was changed. Restore it.", exception);
        }
    }

    private async Task<VaultKey> FindNewestAsync(CancellationToken cancellationToken)
    {
        var key = await client.GetKeyAsync(options.Value.WrappingKey, "", cancellationToken);
        return key.Type is "RSA" or "RSA-HSM" && IsLength(key.ModulusBytes)
            ? key
            : throw new KeyUnavailableException($"{key.Id} is no RSA key of 2048, 3072 or 4096 bits, but {key.Type}. Correct Keys:WrappingKey.");
    }

    /// <summary>Whether a modulus, and so what it wraps, may have this many bytes.</summary>
    private static bool IsLength(int bytes) => bytes is 256 or 384 or 512;
}
