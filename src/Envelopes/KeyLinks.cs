using System.Buffers.Binary;
using System.Security.Cryptography;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes;

/// <summary>The older key of a group, sealed under the newer one, so that newcomers can read what is there (envelope.md, section 5).</summary>
public static class KeyLinks
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    /// <summary>Seals the older key.</summary>
    /// <param name="current">The key of <paramref name="epoch"/>.</param>
    /// <param name="older">The key of <paramref name="olderEpoch"/>.</param>
    /// <param name="organization">Organization.</param>
    /// <param name="group">Group.</param>
    /// <param name="epoch">The newer epoch.</param>
    /// <param name="olderEpoch">The older epoch; 0 for an adopted key.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="olderEpoch"/> is not older.</exception>
    public static KeyLink Seal(VaultKey current, VaultKey older, OrganizationId organization, GroupId group, ulong epoch, ulong olderEpoch)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(older);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(olderEpoch, epoch);
        var output = new byte[KeyLink.Size];
        Span<byte> aad = stackalloc byte[BoundText.MaxLength];
        var length = Bind(organization, group, epoch, olderEpoch, aad);

        // The derived key seals this one message, so the nonce is constant.
        Span<byte> nonce = stackalloc byte[NonceSize];
        nonce.Clear();
        using var cipher = Cipher(current);
        cipher.Encrypt(nonce, older.Reveal(), output.AsSpan(0, VaultKey.Size), output.AsSpan(VaultKey.Size), aad[..length]);
        return new KeyLink(olderEpoch, output);
    }

    /// <summary>Opens a link; null if it does not belong to this key, group and epoch. The caller compares the commitment.</summary>
    public static VaultKey? TryOpen(VaultKey current, OrganizationId organization, GroupId group, ulong epoch, KeyLink link)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(link);
        if (link.SealedKey.Length != KeyLink.Size)
        {
            return null;
        }

        return VaultKey.TryFill((current, organization, group, epoch, link), static (state, key) =>
        {
            Span<byte> aad = stackalloc byte[BoundText.MaxLength];
            Span<byte> nonce = stackalloc byte[NonceSize];
            nonce.Clear();
            var length = Bind(state.organization, state.group, state.epoch, state.link.OlderEpoch, aad);
            var sealedKey = state.link.SealedKey.Span;
            using var cipher = Cipher(state.current);
            try
            {
                cipher.Decrypt(nonce, sealedKey[..VaultKey.Size], sealedKey[VaultKey.Size..], key, aad[..length]);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        });
    }

    private static int Bind(OrganizationId organization, GroupId group, ulong epoch, ulong olderEpoch, Span<byte> aad)
    {
        var length = BoundText.Write("eec-link/v1"u8, organization, group, epoch, aad);
        BinaryPrimitives.WriteUInt64BigEndian(aad[length..], olderEpoch);
        return length + sizeof(ulong);
    }

    private static AesGcm Cipher(VaultKey key)
    {
        Span<byte> derived = stackalloc byte[VaultKey.Size];
        try
        {
            BoundText.Derive(key, "link"u8, derived);
            return new AesGcm(derived, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }
}
