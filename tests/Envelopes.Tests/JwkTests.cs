using System.Numerics;
using System.Security.Cryptography;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>Public keys: what is one, what is none, and why not.</summary>
public sealed class JwkTests
{
    private static readonly Person onX25519 = new("a");
    private static readonly Person onP256 = new("b", Suite.Hpke7);

    [Theory]
    [InlineData("kty", "\"EC\"", KeyError.Malformed)]
    [InlineData("kty", null, KeyError.Malformed)]
    [InlineData("crv", "\"X448\"", KeyError.Malformed)]
    [InlineData("crv", "\"Ed25519\"", KeyError.Malformed)]
    [InlineData("x", "\"AAAA\"", KeyError.Malformed)]
    [InlineData("x", null, KeyError.Malformed)]
    [InlineData("x", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\"", KeyError.Malformed)]
    [InlineData("y", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"", KeyError.Malformed)]
    [InlineData("alg", null, KeyError.Malformed)]
    [InlineData("alg", "\"HPKE-7\"", KeyError.Malformed)]
    [InlineData("alg", "\"HPKE-1\"", KeyError.UnsupportedAlgorithm)]
    [InlineData("alg", "\"ECDH-ES\"", KeyError.UnsupportedAlgorithm)]
    [InlineData("alg", "\"hpke-4\"", KeyError.UnsupportedAlgorithm)]
    [InlineData("use", "\"sig\"", KeyError.Malformed)]
    [InlineData("kid", "\"other\"", KeyError.Malformed)]
    [InlineData("key_ops", "[]", KeyError.Malformed)]
    [InlineData("d", "\"AAAA\"", KeyError.PrivateKey)]
    [InlineData("k", "\"AAAA\"", KeyError.PrivateKey)]
    [InlineData("p", "\"AAAA\"", KeyError.PrivateKey)]
    public void A_wrong_HPKE_key_is_refused(string name, string? value, KeyError error)
    {
        Assert.False(HpkeJwk.TryParse(Claims.Edit(onX25519.Secret.Public.Hpke.ToJson(), name, value), out var key, out var problem));
        Assert.Null(key);
        Assert.Equal(error, problem.Error);
        Assert.NotEmpty(problem.Message);
    }

    [Theory]
    [InlineData("crv", "\"P-384\"", KeyError.Malformed)]
    [InlineData("y", null, KeyError.Malformed)]
    [InlineData("y", "\"AAAA\"", KeyError.Malformed)]
    [InlineData("alg", "\"ES384\"", KeyError.UnsupportedAlgorithm)]
    [InlineData("alg", null, KeyError.Malformed)]
    [InlineData("use", "\"enc\"", KeyError.Malformed)]
    [InlineData("x", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"", KeyError.InvalidPoint)]
    [InlineData("d", "\"AAAA\"", KeyError.PrivateKey)]
    public void A_wrong_signing_key_is_refused(string name, string? value, KeyError error)
    {
        Assert.False(SigningJwk.TryParse(Claims.Edit(onX25519.Secret.Public.Signing.ToJson(), name, value), out var key, out var problem));
        Assert.Null(key);
        Assert.Equal(error, problem.Error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"alg\":\"HPKE-4\",\"alg\":\"HPKE-4\"}")]
    public void What_is_no_JSON_object_is_no_key(string? json)
    {
        Assert.False(HpkeJwk.TryParse(json, out _, out var problem));
        Assert.Equal(KeyError.Malformed, problem.Error);
        Assert.False(SigningJwk.TryParse(json, out _, out problem));
        Assert.Equal(KeyError.Malformed, problem.Error);
        Assert.False(HpkeJwk.TryParse(new string(' ', 2_049), out _, out _));
        Assert.False(SigningJwk.TryParse(new string(' ', 2_049), out _, out _));
    }

    [Fact]
    public void Use_and_kid_are_accepted_where_they_fit()
    {
        foreach (var keys in new[] { onX25519.Secret.Public, onP256.Secret.Public })
        {
            var hpke = Claims.Edit(Claims.Edit(keys.Hpke.ToJson(), "use", "\"enc\""), "kid", $"\"{keys.Hpke.Thumbprint}\"");
            var signing = Claims.Edit(Claims.Edit(keys.Signing.ToJson(), "use", "\"sig\""), "kid", $"\"{keys.Signing.Thumbprint}\"");
            Assert.True(MemberKeys.TryParse(hpke, signing, out var read, out var problem), problem.Message);
            Assert.Equal(keys, read);
            Assert.Equal(keys.Hpke.ToJson(), read.Hpke.ToJson());
        }
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0900000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void Low_order_and_overlong_X25519_values_are_no_keys(string hex)
    {
        Assert.False(HpkeJwk.TryCreate("HPKE-4", Convert.FromHexString(hex), out _, out var problem));
        Assert.Equal(KeyError.InvalidPoint, problem.Error);
    }

    [Fact]
    public void The_largest_X25519_value_that_is_a_key_is_one()
        => Assert.True(HpkeJwk.TryCreate(
            "HPKE-3", Convert.FromHexString("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"), out _, out _));

    [Fact]
    public void Points_off_the_curve_or_in_another_form_are_no_keys()
    {
        var point = onP256.Secret.Public.Signing.Point.ToArray();
        Assert.True(SigningJwk.TryFromPoint(point, out _));
        var off = (byte[])point.Clone();
        off[64] ^= 1;
        byte[] over = [4, .. Convert.FromHexString("FFFFFFFF00000001000000000000000000000001000000000000000000000004"), .. point.AsSpan(33)];
        byte[] infinity = [4, .. new byte[64]];
        byte[] prime = [4, .. Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"), .. point.AsSpan(33)];
        byte[] hybrid = [6, .. point.AsSpan(1)];
        byte[] compressed = [2, .. point.AsSpan(1, 32)];
        foreach (var bad in new[] { off, over, infinity, prime, hybrid, compressed, [] })
        {
            Assert.False(SigningJwk.TryFromPoint(bad, out _));
            Assert.False(HpkeJwk.TryCreate("HPKE-7", bad, out _, out _));
        }

        Assert.Throws<ArgumentException>(() => SigningJwk.FromPoint(off));
    }

    [Fact]
    public void A_point_is_a_key_exactly_where_the_platform_imports_it()
    {
        for (var round = 0; round < 8; round++)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var point = SigningJwk.Of(key).Point.ToArray();
            byte[] mirrored = [.. point.AsSpan(0, 33), .. Minus(point.AsSpan(33))];
            Assert.True(SigningJwk.TryFromPoint(mirrored, out _));
            Assert.True(IsImported(mirrored));
            for (var bit = 0; bit < 512; bit += 7)
            {
                var changed = (byte[])point.Clone();
                changed[1 + (bit / 8)] ^= (byte)(1 << (bit % 8));
                Assert.Equal(IsImported(changed), SigningJwk.TryFromPoint(changed, out _));
            }
        }

        static byte[] Minus(ReadOnlySpan<byte> y)
        {
            var prime = new BigInteger(Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"), true, true);
            var bytes = (prime - new BigInteger(y, true, true)).ToByteArray(true, true);
            return [.. new byte[32 - bytes.Length], .. bytes];
        }
    }

    [Fact]
    public void Keys_from_the_ledger_are_the_keys_that_went_in()
    {
        foreach (var keys in new[] { onX25519.Secret.Public, onP256.Secret.Public })
        {
            Assert.True(MemberKeys.TryFromLedger(keys.Hpke.Alg, keys.Hpke.PublicKey.Span, keys.Signing.Point.Span, out var read));
            Assert.Equal(keys, read);
            Assert.True(MemberKeys.TryCreate(keys.Hpke.Alg, keys.Hpke.PublicKey.Span, keys.Signing.Point.Span, out read, out _));
            Assert.Equal(keys.Ids, read.Ids);
            Assert.False(MemberKeys.TryFromLedger("HPKE-1", keys.Hpke.PublicKey.Span, keys.Signing.Point.Span, out _));
            Assert.False(MemberKeys.TryFromLedger(keys.Hpke.Alg, keys.Hpke.PublicKey.Span[1..], keys.Signing.Point.Span, out _));
            Assert.False(MemberKeys.TryFromLedger(keys.Hpke.Alg, keys.Hpke.PublicKey.Span, keys.Signing.Point.Span[1..], out _));
        }
    }

    [Fact]
    public void A_pair_says_which_key_is_wrong()
    {
        var keys = onX25519.Secret.Public;
        Assert.False(MemberKeys.TryParse("{}", keys.Signing.ToJson(), out _, out var problem));
        Assert.StartsWith("HPKE key: ", problem.Message, StringComparison.Ordinal);
        Assert.False(MemberKeys.TryParse(keys.Hpke.ToJson(), "{}", out _, out problem));
        Assert.StartsWith("signing key: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thumbprint_is_the_hash_of_the_required_members_in_lexical_order()
    {
        var hpke = onX25519.Secret.Public.Hpke;
        var okp = $$"""{"crv":"X25519","kty":"OKP","x":"{{Base64UrlText.Encode(hpke.PublicKey.Span)}}"}""";
        Assert.Equal(Digest32.Of(System.Text.Encoding.ASCII.GetBytes(okp)).ToString(), hpke.Thumbprint.ToString());
        var point = onP256.Secret.Public.Signing.Point.Span;
        var ec = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64UrlText.Encode(point[1..33])}}","y":"{{Base64UrlText.Encode(point[33..])}}"}""";
        Assert.Equal(Digest32.Of(System.Text.Encoding.ASCII.GetBytes(ec)).ToString(), onP256.Secret.Public.Signing.Thumbprint.ToString());
    }

    [Fact]
    public void A_good_signature_under_another_kid_does_not_verify()
    {
        var header = Claims.Edit(Claims.HeaderOf("recovery"), "kid", $"\"{onP256.Keys.Signing}\"");
        Assert.True(Jws.TryParse(Claims.SignRaw(header, Claims.PayloadOf("recovery")), JwsTypes.Recovery, JwsTypes.MaxJws, out var jws, out _));
        Assert.True(Claims.Key.Verify(jws.SigningInputBytes.Span, jws.Signature.Span));
        Assert.False(jws.VerifiedBy(Claims.Key));
        Assert.False(jws.VerifiedBy(onP256.Secret.Public.Signing));
    }

    [Fact]
    public void A_signature_of_another_length_or_key_does_not_verify()
    {
        Assert.True(Jws.TryParse(Claims.Sign(Claims.Sample("recovery")), JwsTypes.Recovery, JwsTypes.MaxJws, out var jws, out _));
        Assert.True(Claims.Key.Verify(jws.SigningInputBytes.Span, jws.Signature.Span));
        Assert.False(Claims.Key.Verify(jws.SigningInputBytes.Span, jws.Signature.Span[1..]));
        Assert.False(Claims.Key.Verify(jws.SigningInputBytes.Span[1..], jws.Signature.Span));
        Assert.False(onP256.Secret.Public.Signing.Verify(jws.SigningInputBytes.Span, jws.Signature.Span));
        Assert.False(Claims.Key.Verify(jws.SigningInputBytes.Span, new byte[64]));
    }

    private static bool IsImported(byte[] point)
    {
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
