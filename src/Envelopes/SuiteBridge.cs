using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes;

/// <summary>Formats names suites, Hpke computes with them. The two lists are the same; a test holds them together.</summary>
public static class SuiteBridge
{
    /// <summary>The suite to compute with.</summary>
    internal static HpkeSuite ToHpke(this Suite suite)
        => HpkeSuite.TryGet(suite.Name, out var found) ? found : throw new ArgumentException($"{suite} is no suite of HPKE.", nameof(suite));

    /// <summary>The public JWK of a private key.</summary>
    public static HpkeJwk ToJwk(this HpkePrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return HpkeJwk.TryCreate(key.Suite.Name, key.PublicKey.Bytes.Span, out var jwk, out var problem)
            ? jwk
            : throw new ArgumentException(problem.Message, nameof(key));
    }
}
