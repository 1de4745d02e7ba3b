using System.Security.Cryptography;

namespace EncryptionService.Hpke.Tests;

/// <summary>RFC 9180 base mode written down step by step over the base library: the oracle, and what the kernel is measured against.</summary>
/// <remarks>Uses the public surface only, so that other projects can link this file.</remarks>
public static class NaiveSealer
{
    private static readonly byte[] version = "HPKE-v1"u8.ToArray();

    /// <summary>Seals to n recipients one by one; arguments as in <see cref="HpkeSealer"/>.</summary>
    public static void Seal(
        HpkeSuite suite,
        KemEngine engine,
        ReadOnlySpan<byte> publicKeys,
        ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> aads,
        ReadOnlySpan<int> aadLengths,
        Span<byte> encapsulations,
        Span<byte> ciphertexts)
    {
        var size = plaintext.Length + suite.TagSize;
        Span<bool> failed = stackalloc bool[1];
        Span<byte> dh = stackalloc byte[engine.SecretSize];
        for (var i = 0; i < aadLengths.Length; i++)
        {
            var publicKey = publicKeys.Slice(i * suite.PublicKeySize, suite.PublicKeySize);
            var encapsulation = encapsulations.Slice(i * suite.EncapsulationSize, suite.EncapsulationSize);
            engine.Encapsulate(publicKey, encapsulation, dh, failed);
            if (failed[0])
            {
                throw new CryptographicException("A recipient's public key is not valid.");
            }

            SealOne(suite, dh, encapsulation, publicKey, plaintext, aads[..aadLengths[i]], ciphertexts.Slice(i * size, size));
            aads = aads[aadLengths[i]..];
        }
    }

    /// <summary>Everything after the multiplications.</summary>
    public static void SealOne(
        HpkeSuite suite,
        ReadOnlySpan<byte> dh,
        ReadOnlySpan<byte> encapsulation,
        ReadOnlySpan<byte> publicKey,
        ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> aad,
        Span<byte> ciphertext)
    {
        byte[] kemId = [.. "KEM"u8, 0, (byte)suite.KemId];
        byte[] suiteId = [.. "HPKE"u8, 0, (byte)suite.KemId, 0, (byte)suite.KdfId, 0, (byte)suite.AeadId];
        var keySize = suite.AeadId == 1 ? 16 : 32;

        var prk = Extract(kemId, [], "eae_prk"u8, dh);
        var shared = Expand(kemId, prk, "shared_secret"u8, [.. encapsulation, .. publicKey], 32);
        byte[] context = [0, .. Extract(suiteId, [], "psk_id_hash"u8, []), .. Extract(suiteId, [], "info_hash"u8, [])];
        var secret = Extract(suiteId, shared, "secret"u8, []);
        var key = Expand(suiteId, secret, "key"u8, context, keySize);
        var nonce = Expand(suiteId, secret, "base_nonce"u8, context, 12);

        var body = ciphertext[..plaintext.Length];
        var tag = ciphertext[plaintext.Length..];
        if (suite.AeadId == 3)
        {
            using var cipher = new ChaCha20Poly1305(key);
            cipher.Encrypt(nonce, plaintext, body, tag, aad);
        }
        else
        {
            using var cipher = new AesGcm(key, tag.Length);
            cipher.Encrypt(nonce, plaintext, body, tag, aad);
        }
    }

    private static byte[] Extract(byte[] suiteId, byte[] salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm) =>
        HKDF.Extract(HashAlgorithmName.SHA256, [.. version, .. suiteId, .. label, .. ikm], salt);

    private static byte[] Expand(byte[] suiteId, byte[] prk, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int size) =>
        HKDF.Expand(HashAlgorithmName.SHA256, prk, size, [(byte)(size >> 8), (byte)size, .. version, .. suiteId, .. label, .. info]);
}
