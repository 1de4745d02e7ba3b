using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes;

/// <summary>A group's existing key on its way to the service (envelope.md, section 10).</summary>
public static class AdoptedKey
{
    /// <summary>Seals the key to the adoption key of a *verified* identity certificate. For the owner's client.</summary>
    /// <returns>The compact JWE; it stands in an <see cref="Adoption"/> that the owner signs.</returns>
    public static string Seal(VaultKey key, HpkeJwk adoption, OrganizationId organization, GroupId group, MemberId owner)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(adoption);
        var header = AdoptedKeyJwe.WriteHeader(adoption.Suite, organization, group, owner, adoption.Thumbprint);
        var suite = adoption.Suite.ToHpke();
        var encapsulation = new byte[suite.EncapsulationSize];
        var ciphertext = new byte[VaultKey.Size + suite.TagSize];
        using var sealer = new HpkeSealer(suite);
        sealer.Seal(adoption.PublicKey.Span, key.Reveal(), header, [header.Length], encapsulation, ciphertext);
        return AdoptedKeyJwe.Assemble(header, encapsulation, ciphertext);
    }

    /// <summary>Opens the key. For the service, after it verified the signature of the adoption that carries it.</summary>
    /// <returns>The key, or null: malformed, for another organization, group, owner or key, or it does not open. One answer for all.</returns>
    public static VaultKey? TryOpen(string? jwe, HpkePrivateKey adoptionKey, OrganizationId organization, GroupId group, MemberId owner)
    {
        ArgumentNullException.ThrowIfNull(adoptionKey);
        if (!AdoptedKeyJwe.TryParse(jwe, out var parsed, out _)
            || parsed.Suite.Name != adoptionKey.Suite.Name
            || parsed.Organization != organization
            || parsed.Group != group
            || parsed.Member != owner
            || parsed.Kid != adoptionKey.ToJwk().Thumbprint)
        {
            return null;
        }

        return VaultKey.TryFill((parsed, adoptionKey), static (state, key) => HpkeOpener.TryOpen(
            state.adoptionKey, state.parsed.Encapsulation.Span, state.parsed.ProtectedHeader.Span, state.parsed.Ciphertext.Span, key));
    }
}
