using System.Security.Cryptography;
using EncryptionService.Hpke.Engines;

namespace EncryptionService.Hpke;

/// <summary>DeriveKeyPair of both KEMs (RFC 9180 section 7.1.3).</summary>
internal static class KeyDerivation
{
    internal static void Derive(HpkeSuite suite, ReadOnlySpan<byte> keyingMaterial, Span<byte> privateKey)
    {
        var suiteId = HkdfSha256.KemSuiteId(suite);
        Span<byte> prk = stackalloc byte[HmacSha256.Size];
        using var hmac = new HmacSha256();
        try
        {
            HkdfSha256.LabeledExtract(hmac, suiteId, "dkp_prk"u8, keyingMaterial, prk);
            if (suite.IsX25519)
            {
                HkdfSha256.Expand(hmac, prk, HkdfSha256.LabeledInfo(suiteId, "sk"u8, [], privateKey.Length), privateKey);
                return;
            }

            for (var counter = 0; counter <= byte.MaxValue; counter++)
            {
                var info = HkdfSha256.LabeledInfo(suiteId, "candidate"u8, [(byte)counter], privateKey.Length);
                HkdfSha256.Expand(hmac, prk, info, privateKey);
                if (P256.IsScalar(privateKey))
                {
                    return;
                }
            }

            throw new CryptographicException("No key follows from this keying material.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(prk);
        }
    }
}
