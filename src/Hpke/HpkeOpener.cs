using System.Security.Cryptography;

namespace EncryptionService.Hpke;

/// <summary>Opens a single-shot base mode message with empty info (RFC 9180 section 6.1).</summary>
public static class HpkeOpener
{
    /// <summary>Opens one ciphertext.</summary>
    /// <param name="key">The recipient's key.</param>
    /// <param name="encapsulation">The sender's serialized ephemeral key.</param>
    /// <param name="aad">The associated data.</param>
    /// <param name="ciphertext">Ciphertext and tag.</param>
    /// <param name="plaintext">Exactly <c>ciphertext.Length - 16</c> bytes; zeroed when the answer is false.</param>
    /// <returns>False for every failure that the input can cause; they are not told apart.</returns>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public static bool TryOpen(
        HpkePrivateKey key, ReadOnlySpan<byte> encapsulation, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext) =>
        TryOpen(key, [], encapsulation, aad, ciphertext, plaintext);

    /// <summary>As the public form; a non-empty <paramref name="info"/> is for published vectors only.</summary>
    internal static bool TryOpen(
        HpkePrivateKey key,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> encapsulation,
        ReadOnlySpan<byte> aad,
        ReadOnlySpan<byte> ciphertext,
        Span<byte> plaintext)
    {
        ArgumentNullException.ThrowIfNull(key);
        var privateKey = key.Bytes;
        var suite = key.Suite;
        CryptographicOperations.ZeroMemory(plaintext);
        if (ciphertext.Length < suite.TagSize
            || plaintext.Length != ciphertext.Length - suite.TagSize
            || !PublicKeyRules.Accepts(suite, encapsulation))
        {
            return false;
        }

        Span<byte> dh = stackalloc byte[HpkeSuite.DhSize];
        Span<byte> aeadKey = stackalloc byte[HmacSha256.Size];
        Span<byte> nonce = stackalloc byte[HmacSha256.Size];
        using var engine = KemEngine.Create(suite);
        using var schedule = new KeySchedule(suite, info);
        using var cipher = new AeadCipher(suite);
        try
        {
            if (!engine.TryAgree(privateKey, encapsulation, dh))
            {
                return false;
            }

            schedule.Derive(dh, encapsulation, key.PublicKey.Bytes.Span, aeadKey, nonce);
            return cipher.TryOpen(aeadKey, nonce, aad, ciphertext, plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dh);
            CryptographicOperations.ZeroMemory(aeadKey);
            CryptographicOperations.ZeroMemory(nonce);
        }
    }
}
