using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>A KEK in Azure Key Vault, which never lets it out (docs/spec/keys.md, section 2).</summary>
/// <remarks>The vault makes and rotates it; the service makes none.</remarks>
internal sealed class KeyVaultKeyEncryptionKey(KeyVaultKeyClient client, IOptions<KeyOptions> options) : IKeyEncryptionKey
{
    private const string Algorithm = "RSA-OAEP-256";
    private const int FewestBits = 2048;
    private const int MostBits = 4096;

    private static readonly byte[] algorithm = "RSA-OAEP-256"u8.ToArray();

    /// <inheritdoc/>
    public async ValueTask<string> GetCurrentIdAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        var key = await client.GetKeyAsync(options.Value.WrappingKey, "", cancellationToken);
        return key.Type is "RSA" or "RSA-HSM" && key.ModulusBits is >= FewestBits and <= MostBits
            ? key.Id
            : throw new KeyUnavailableException($"{key.Id} is no RSA key of {FewestBits} to {MostBits} bits, but {key.Type}. Correct Keys:WrappingKey.");
    }

    /// <inheritdoc/>
    public async ValueTask<WrappedKey> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var id = await GetCurrentIdAsync(mayCreate: false, cancellationToken);
        return new WrappedKey(await client.WrapKeyAsync(new Uri(id), algorithm, key, cancellationToken), id, Algorithm);
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken)
    {
        if (wrapped.Algorithm != Algorithm || !client.IsOurs(wrapped.KeyId, options.Value.WrappingKey))
        {
            throw new KeyUnavailableException(
                $"The root key was wrapped by {wrapped.KeyId} ({wrapped.Algorithm}), which is no version of {options.Value.WrappingKey} in {options.Value.VaultUrl}. Start the service with the vault and the key that made this ledger.");
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
}
