using EncryptionService.Hpke.Engines;

namespace EncryptionService.Hpke;

/// <summary>What a public key, or an encapsulation, must be before anything is multiplied with it.</summary>
internal static class PublicKeyRules
{
    // The canonical u coordinates of order 1, 2, 4 and 8 on the curve and its twist, little endian:
    // 0, 1, p - 1 and the two of order 8. Their other encodings (p, p + 1, ...) fall to the range check.
    private static readonly byte[][] lowOrder =
    [
        new byte[32],
        Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Convert.FromHexString("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        Convert.FromHexString("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    ];

    internal static bool Accepts(HpkeSuite suite, ReadOnlySpan<byte> publicKey) =>
        publicKey.Length == suite.PublicKeySize && (suite.IsX25519 ? AcceptsX25519(publicKey) : P256.IsOnCurve(publicKey));

    private static bool AcceptsX25519(ReadOnlySpan<byte> u)
    {
        if ((u[31] & 0x80) != 0 || !IsBelowPrime(u))
        {
            return false;
        }

        foreach (var refused in lowOrder)
        {
            if (u.SequenceEqual(refused))
            {
                return false;
            }
        }

        return true;
    }

    // p = 2^255 - 19 is ed ff ... ff 7f in little endian.
    private static bool IsBelowPrime(ReadOnlySpan<byte> u) =>
        u[31] != 0x7f || u[1..31].ContainsAnyExcept((byte)0xff) || u[0] < 0xed;
}
