using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes;

/// <summary>Formats names suites, Hpke computes with them. The two lists are the same; a test holds them together.</summary>
internal static class SuiteBridge
{
    public static HpkeSuite ToHpke(this Suite suite)
        => HpkeSuite.TryGet(suite.Name, out var found) ? found : throw new ArgumentException($"{suite} is no suite of HPKE.", nameof(suite));

    /// <summary>The public JWK of a private key.</summary>
    public static HpkeJwk ToJwk(this HpkePrivateKey key)
        => HpkeJwk.TryCreate(key.Suite.Name, key.PublicKey.Bytes.Span, out var jwk, out var problem)
            ? jwk
            : throw new ArgumentException(problem.Message, nameof(key));
}
