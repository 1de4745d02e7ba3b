using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using EncryptionService.Hpke.Engines;

namespace EncryptionService.Hpke.Tests;

public sealed class KeyTests
{
    private const string P256Prime = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
    private const string P256Order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

    public static TheoryData<string> Suites => [.. HpkeSuite.All.Select(suite => suite.Name)];

    [Fact]
    public void The_list_of_suites_is_closed()
    {
        foreach (var suite in HpkeSuite.All)
        {
            Assert.True(HpkeSuite.TryGet(suite.Name, out var found));
            Assert.Same(suite, found);
            Assert.Equal(suite.Name, suite.ToString());
        }

        foreach (var name in (string?[])[null, "", "HPKE-1", "HPKE-2", "HPKE-5", "HPKE-6", "hpke-4", "HPKE-4 ", "HPKE-4-KE"])
        {
            Assert.False(HpkeSuite.TryGet(name, out _));
        }
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
    [InlineData("0900000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("09000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("090000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("")]
    public void X25519_keys_that_are_low_non_canonical_or_of_another_length_are_refused(string key)
    {
        Assert.False(HpkePublicKey.TryCreate(HpkeSuite.Hpke4, Convert.FromHexString(key), out var created));
        Assert.Null(created);
    }

    [Theory]
    [InlineData("0900000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff6f")]
    public void X25519_keys_next_to_the_refused_ones_are_accepted(string key) =>
        Assert.True(HpkePublicKey.TryCreate(HpkeSuite.Hpke4, Convert.FromHexString(key), out _));

    [Fact]
    public void P256_keys_must_be_uncompressed_points_on_the_curve()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Hpke7);
        var good = key.PublicKey.Bytes.ToArray();
        Assert.True(HpkePublicKey.TryCreate(HpkeSuite.Hpke7, good, out _));

        byte[] offCurve = [.. good[..64], (byte)(good[64] ^ 1)];
        byte[] compressed = [(byte)(2 + (good[64] & 1)), .. good[1..33]];
        byte[] hybrid = [(byte)(6 + (good[64] & 1)), .. good[1..]];
        byte[] padded = [.. compressed, .. new byte[32]];
        byte[] origin = [4, .. new byte[64]];
        byte[] infinity = [0];
        byte[] paddedInfinity = new byte[65];
        byte[] largeX = [4, .. Convert.FromHexString(P256Prime), .. good[33..]];
        byte[][] refused = [[], offCurve, compressed, hybrid, padded, origin, infinity, paddedInfinity, largeX, good[..64], [.. good, 0]];
        Assert.All(refused, bytes => Assert.False(HpkePublicKey.TryCreate(HpkeSuite.Hpke7, bytes, out _)));
    }

    [Fact]
    public void A_P256_coordinate_is_not_reduced()
    {
        // x = 5 is on the curve, so x = 5 + p would be a second spelling of the same point.
        var y = RootFor(5);
        byte[] small = [4, .. new byte[31], 5, .. y];
        Assert.True(HpkePublicKey.TryCreate(HpkeSuite.Hpke0, small, out _));
        var x = Convert.FromHexString(P256Prime);
        for (int i = 31, carry = 5; carry != 0; i--)
        {
            carry += x[i];
            x[i] = (byte)(carry & 0xff);
            carry >>= 8;
        }

        byte[] spelledAgain = [4, .. x, .. y];
        Assert.False(HpkePublicKey.TryCreate(HpkeSuite.Hpke0, spelledAgain, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Keys_survive_export_and_import_and_compare_by_value(string name)
    {
        Assert.True(HpkeSuite.TryGet(name, out var suite));
        using var key = HpkePrivateKey.Generate(suite);
        using var other = HpkePrivateKey.Generate(suite);
        var bytes = new byte[suite.PrivateKeySize];
        key.Export(bytes);
        using var again = HpkePrivateKey.Import(suite, bytes);
        Assert.Equal(key.PublicKey, again.PublicKey);
        Assert.Equal(key.PublicKey.GetHashCode(), again.PublicKey.GetHashCode());
        Assert.NotEqual(key.PublicKey, other.PublicKey);
        Assert.Equal(suite.PublicKeySize, key.PublicKey.Bytes.Length);
        Assert.Same(suite, key.Suite);
    }

    [Fact]
    public void The_same_bytes_under_another_suite_are_another_key()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Hpke3);
        Assert.True(HpkePublicKey.TryCreate(HpkeSuite.Hpke4, key.PublicKey.Bytes.Span, out var other));
        Assert.NotEqual(key.PublicKey, other);
    }

    [Fact]
    public void Private_keys_of_another_length_or_out_of_range_are_refused()
    {
        foreach (var suite in HpkeSuite.All)
        {
            Assert.False(HpkePrivateKey.TryImport(suite, new byte[31], out _));
            Assert.False(HpkePrivateKey.TryImport(suite, new byte[33], out _));
            Assert.Throws<CryptographicException>(() => HpkePrivateKey.Import(suite, []));
            Assert.ThrowsAny<ArgumentException>(() => HpkePrivateKey.DeriveKeyPair(suite, new byte[31]));
        }

        var order = Convert.FromHexString(P256Order);
        Assert.False(HpkePrivateKey.TryImport(HpkeSuite.Hpke0, order, out _));
        Assert.False(HpkePrivateKey.TryImport(HpkeSuite.Hpke0, new byte[32], out _));
        Assert.False(P256.IsScalar(order));
        order[31]++;
        Assert.False(HpkePrivateKey.TryImport(HpkeSuite.Hpke7, order, out _));
        order[31] -= 2;
        Assert.True(HpkePrivateKey.TryImport(HpkeSuite.Hpke0, order, out var last));
        last.Dispose();
    }

    [Fact]
    public void A_disposed_key_is_of_no_use_and_says_nothing()
    {
        var key = HpkePrivateKey.Generate(HpkeSuite.Hpke4);
        Assert.Equal(nameof(HpkePrivateKey), key.ToString());
        Assert.ThrowsAny<ArgumentException>(() => key.Export(new byte[31]));
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Export(new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => HpkeOpener.TryOpen(key, new byte[32], [], new byte[16], []));
        Assert.Equal(nameof(HpkePrivateKey), key.ToString());
    }

    [Fact]
    public void Disposal_zeroes_the_memory_of_a_key()
    {
        var key = HpkePrivateKey.Generate(HpkeSuite.Hpke4);
        var memory = key.Bytes;
        Assert.True(memory.ContainsAnyExcept((byte)0));
        key.Dispose();
        Assert.False(memory.ContainsAnyExcept((byte)0));
    }

    // The square root of x^3 - 3x + b modulo p, which is 3 modulo 4.
    private static byte[] RootFor(int x)
    {
        var p = BigInteger.Parse("0" + P256Prime, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var b = BigInteger.Parse(
            "05ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var square = ((x * x * x) - (3 * x) + b) % p;
        var root = BigInteger.ModPow(square, (p + 1) / 4, p);
        Assert.Equal(square, root * root % p);
        var bytes = root.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
