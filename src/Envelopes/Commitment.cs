using System.Security.Cryptography;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes;

/// <summary>Binds a vault key to its group and epoch, so that all members provably hold the same key (envelope.md, section 3).</summary>
public static class Commitment
{
    /// <summary>The commitment of a key.</summary>
    public static Digest32 Compute(VaultKey key, OrganizationId organization, GroupId group, ulong epoch)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> derived = stackalloc byte[Digest32.Size];
        Span<byte> message = stackalloc byte[BoundText.MaxLength];
        Span<byte> mac = stackalloc byte[Digest32.Size];
        try
        {
            BoundText.Derive(key, "commit"u8, derived);
            var length = BoundText.Write("eec-commit/v1"u8, organization, group, epoch, message);
            HMACSHA256.HashData(derived, message[..length], mac);
            return Digest32.FromBytes(mac);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Compares in constant time.</summary>
    public static bool Verify(VaultKey key, OrganizationId organization, GroupId group, ulong epoch, Digest32 expected)
    {
        Span<byte> left = stackalloc byte[Digest32.Size];
        Span<byte> right = stackalloc byte[Digest32.Size];
        Compute(key, organization, group, epoch).CopyTo(left);
        expected.CopyTo(right);
        return CryptographicOperations.FixedTimeEquals(left, right);
    }
}
