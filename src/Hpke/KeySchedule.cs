namespace EncryptionService.Hpke;

/// <summary>From a Diffie-Hellman result to AEAD key and nonce: DHKEM's ExtractAndExpand and the base mode key schedule.</summary>
/// <remarks>
/// RFC 9180 sections 4.1 and 5.1. Everything that is the same for all envelopes of a suite is hashed or laid out once;
/// an envelope costs five short HMACs. Not thread-safe.
/// </remarks>
internal sealed class KeySchedule : IDisposable
{
    private readonly HmacSha256 extract = new();
    private readonly HmacSha256 keyed = new();
    private readonly byte[] sharedSecretPrefix;
    private readonly byte[] secretInput;
    private readonly byte[] keyInput;
    private readonly byte[] nonceInput;

    internal KeySchedule(HpkeSuite suite, ReadOnlySpan<byte> info = default)
    {
        var kemId = HkdfSha256.KemSuiteId(suite);
        var suiteId = HkdfSha256.SuiteId(suite);

        Span<byte> context = stackalloc byte[1 + (2 * HmacSha256.Size)];
        context[0] = 0; // mode_base
        HkdfSha256.LabeledExtract(keyed, suiteId, "psk_id_hash"u8, [], context[1..]);
        HkdfSha256.LabeledExtract(keyed, suiteId, "info_hash"u8, info, context[(1 + HmacSha256.Size)..]);

        extract.SetKey([]);
        extract.KeepPrefix([.. HkdfSha256.Version, .. kemId, .. "eae_prk"u8]);
        sharedSecretPrefix = HkdfSha256.LabeledInfo(kemId, "shared_secret"u8, [], HmacSha256.Size);
        secretInput = [.. HkdfSha256.Version, .. suiteId, .. "secret"u8];
        keyInput = [.. HkdfSha256.LabeledInfo(suiteId, "key"u8, context, suite.KeySize), 1];
        nonceInput = [.. HkdfSha256.LabeledInfo(suiteId, "base_nonce"u8, context, HpkeSuite.NonceSize), 1];
    }

    /// <summary>Derives key and nonce of sequence number 0.</summary>
    /// <param name="dh">The Diffie-Hellman result; the caller has refused all-zero values.</param>
    /// <param name="encapsulation">The serialized ephemeral public key.</param>
    /// <param name="publicKey">The serialized recipient public key.</param>
    /// <param name="key">32 bytes of room; the AEAD key is its first Nk bytes.</param>
    /// <param name="nonce">32 bytes of room; the nonce is its first 12 bytes.</param>
    internal void Derive(
        ReadOnlySpan<byte> dh, ReadOnlySpan<byte> encapsulation, ReadOnlySpan<byte> publicKey, Span<byte> key, Span<byte> nonce)
    {
        // "key" carries each intermediate secret to the next step, so no other copy of them exists here.
        extract.Begin();
        extract.Append(dh);
        extract.Finish(key);

        keyed.SetKey(key);
        keyed.Begin();
        keyed.Append(sharedSecretPrefix);
        keyed.Append(encapsulation);
        keyed.Append(publicKey);
        keyed.Append([1]);
        keyed.Finish(key);

        keyed.SetKey(key);
        keyed.Begin();
        keyed.Append(secretInput);
        keyed.Finish(key);

        keyed.SetKey(key);
        keyed.Begin();
        keyed.Append(nonceInput);
        keyed.Finish(nonce);
        keyed.Begin();
        keyed.Append(keyInput);
        keyed.Finish(key);
    }

    /// <summary>Overwrites the keyed states of the last envelope.</summary>
    internal void Clear()
    {
        keyed.SetKey([]);
        keyed.Begin();
        extract.Begin();
    }

    public void Dispose()
    {
        extract.Dispose();
        keyed.Dispose();
    }
}
