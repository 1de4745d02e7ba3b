using System.Security.Cryptography;
using EncryptionService.Hpke;

namespace EncryptionService.Benchmarks.Sealing;

/// <summary>The straightforward way over the base library, but with everything computed once that is the same for all envelopes.</summary>
/// <remarks>A fairer rival than the textbook form: what it still lacks are kept hash states, reused contexts and one draw for many keys.</remarks>
internal sealed class CachedNaiveSealer
{
    private static readonly byte[] version = "HPKE-v1"u8.ToArray();

    private readonly HpkeSuite suite;
    private readonly KemEngine engine;
    private readonly byte[] pseudorandomPrefix;
    private readonly byte[] sharedPrefix;
    private readonly byte[] secretInput;
    private readonly byte[] keyInfo;
    private readonly byte[] nonceInfo;
    private readonly int keySize;

    public CachedNaiveSealer(HpkeSuite suite, KemEngine engine)
    {
        this.suite = suite;
        this.engine = engine;
        keySize = suite.AeadId == 1 ? 16 : 32;
        byte[] kemId = [.. "KEM"u8, 0, (byte)suite.KemId];
        byte[] suiteId = [.. "HPKE"u8, 0, (byte)suite.KemId, 0, (byte)suite.KdfId, 0, (byte)suite.AeadId];
        byte[] context =
        [
            0,
            .. HKDF.Extract(HashAlgorithmName.SHA256, [.. version, .. suiteId, .. "psk_id_hash"u8]),
            .. HKDF.Extract(HashAlgorithmName.SHA256, [.. version, .. suiteId, .. "info_hash"u8]),
        ];
        pseudorandomPrefix = [.. version, .. kemId, .. "eae_prk"u8];
        sharedPrefix = [0, 32, .. version, .. kemId, .. "shared_secret"u8];
        secretInput = [.. version, .. suiteId, .. "secret"u8];
        keyInfo = [0, (byte)keySize, .. version, .. suiteId, .. "key"u8, .. context];
        nonceInfo = [0, 12, .. version, .. suiteId, .. "base_nonce"u8, .. context];
    }

    /// <summary>Seals to n recipients one by one; arguments as in <see cref="HpkeSealer"/>.</summary>
    public void Seal(
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

            SealOne(dh, encapsulation, publicKey, plaintext, aads[..aadLengths[i]], ciphertexts.Slice(i * size, size));
            aads = aads[aadLengths[i]..];
        }
    }

    private void SealOne(
        ReadOnlySpan<byte> dh, ReadOnlySpan<byte> encapsulation, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> aad, Span<byte> ciphertext)
    {
        var pseudorandom = HKDF.Extract(HashAlgorithmName.SHA256, [.. pseudorandomPrefix, .. dh]);
        var shared = HKDF.Expand(HashAlgorithmName.SHA256, pseudorandom, 32, [.. sharedPrefix, .. encapsulation, .. publicKey]);
        var secret = HKDF.Extract(HashAlgorithmName.SHA256, secretInput, shared);
        var key = HKDF.Expand(HashAlgorithmName.SHA256, secret, keySize, keyInfo);
        var nonce = HKDF.Expand(HashAlgorithmName.SHA256, secret, 12, nonceInfo);
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
}
