using System.Globalization;
using System.Security.Cryptography;
using EncryptionService.Formats;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>An organization key in Azure Key Vault, which never lets it out (docs/spec/keys.md, section 2).</summary>
internal sealed class KeyVaultOrganizationKey(KeyVaultKeyClient client, IOptions<KeyOptions> options) : IOrganizationKey
{
    /// <summary>The tag that remembers the generation of the newest root.</summary>
    public const string RootTag = "eec-root-generation";

    private static readonly byte[] algorithm = "ES256"u8.ToArray();

    /// <inheritdoc/>
    public async ValueTask<SigningVersion> GetVersionAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        var found = await client.GetKeyAsync(options.Value.OrganizationKey, options.Value.OrganizationKeyVersion, cancellationToken);
        if (found.Type is not ("EC" or "EC-HSM") || found.Curve != "P-256")
        {
            throw new KeyUnavailableException($"{found.Id} is no EC key on the curve P-256, but {found.Type} {found.Curve}. Correct Keys:OrganizationKey.");
        }

        return SigningJwk.TryFromPoint([4, .. found.X ?? [], .. found.Y ?? []], out var key)
            ? new SigningVersion(found.Id, key) { RootGeneration = RootMemory.Read(found.Tags.GetValueOrDefault(RootTag)) }
            : throw VaultFault.Nonsense(new Uri(found.Id), "a key that is no point on its curve");
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> SignAsync(SigningVersion version, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (!client.IsOurs(version.Id, options.Value.OrganizationKey))
        {
            throw new KeyUnavailableException($"{version.Id} is no version of {options.Value.OrganizationKey} in {options.Value.VaultUrl}. Correct Keys:OrganizationKey.");
        }

        var id = new Uri(version.Id);
        var signature = await client.SignAsync(id, algorithm, SHA256.HashData(data.Span), cancellationToken);
        return signature.Length == 64 && version.Public.Verify(data.Span, signature) ? signature : throw VaultFault.Nonsense(id, "a signature that does not verify");
    }

    /// <inheritdoc/>
    public async ValueTask RememberRootAsync(SigningVersion version, ulong generation, CancellationToken cancellationToken)
    {
        // The vault takes all tags or none: those of others stay.
        var found = await client.GetKeyAsync(options.Value.OrganizationKey, version.Id.Split('/')[^1], cancellationToken);
        var tags = new Dictionary<string, string>(found.Tags) { [RootTag] = generation.ToString(CultureInfo.InvariantCulture) };
        await client.UpdateTagsAsync(new Uri(found.Id), tags, cancellationToken);
    }
}
