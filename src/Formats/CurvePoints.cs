using System.Numerics;
using System.Security.Cryptography;

namespace EncryptionService.Formats;

/// <summary>Which public values are keys at all (envelope.md, section 2; RFC 9180, section 7.1.4).</summary>
internal static class CurvePoints
{
    public const int CoordinateSize = 32;
    public const int UncompressedSize = 65;
    private const byte UncompressedTag = 4;

    /// <summary>p = 2^256 - 2^224 + 2^192 + 2^96 - 1.</summary>
    private static readonly BigInteger p256Prime = Number(Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"));

    /// <summary>The constant of the curve (FIPS 186-4, D.1.2.3).</summary>
    private static readonly BigInteger p256Constant = Number(Convert.FromHexString("5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B"));

    /// <summary>The u-coordinates below 2^255 - 19 whose order divides 8, little-endian; any private key maps them to zero.</summary>
    private static readonly byte[][] lowOrder =
    [
        Convert.FromHexString("0000000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("E0EB7A7C3B41B8AE1656E3FAF19FC46ADA098DEB9C32B1FD866205165F49B800"),
        Convert.FromHexString("5F9C95BCA3508C24B1D0B1559C83EF5B04445CC4581C8E86D8224EDDD09F1157"),
        Convert.FromHexString("ECFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F"),
    ];

    /// <summary>True for 32 bytes below 2^255 - 19 that are not of low order.</summary>
    public static bool IsX25519(ReadOnlySpan<byte> value)
    {
        if (value.Length != CoordinateSize || IsAtLeast25519Prime(value))
        {
            return false;
        }

        foreach (var low in lowOrder)
        {
            if (value.SequenceEqual(low))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True for 65 bytes that are an uncompressed point on P-256.</summary>
    public static bool IsP256(ReadOnlySpan<byte> point)
    {
        if (point.Length != UncompressedSize || point[0] != UncompressedTag)
        {
            return false;
        }

        // y^2 = x^3 - 3x + b, and the cofactor is 1: nothing else is to be checked. To have OpenSSL do it takes a hundred microseconds,
        // and an addition has a key or two for each member.
        var x = Number(point[1..33]);
        var y = Number(point[33..]);
        return x < p256Prime && y < p256Prime && ((((x * x) - 3) * x) + p256Constant - (y * y)) % p256Prime == 0;
    }

    /// <summary>A verifier for an uncompressed point.</summary>
    public static ECDsa ImportP256(ReadOnlySpan<byte> point) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..].ToArray() },
    });

    private static BigInteger Number(ReadOnlySpan<byte> bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    private static bool IsAtLeast25519Prime(ReadOnlySpan<byte> value)
        => value[31] > 0x7F
            || (value[31] == 0x7F && value[0] >= 0xED && !value[1..31].ContainsAnyExcept((byte)0xFF));
}
