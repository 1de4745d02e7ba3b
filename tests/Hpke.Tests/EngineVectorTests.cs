namespace EncryptionService.Hpke.Tests;

public sealed class EngineVectorTests
{
    [Fact]
    public void X25519_agrees_with_Wycheproof_and_refuses_every_all_zero_result()
    {
        using var document = VectorFiles.SharedOrSkip("wycheproof-x25519_test.json");
        using var engine = KemEngine.Create(HpkeSuite.Hpke4);
        var refused = 0;
        foreach (var (_, test) in VectorFiles.WycheproofTests(document))
        {
            var publicKey = test.Hex("public");
            var shared = test.Hex("shared");
            var result = new byte[32];
            var zero = !shared.AsSpan().ContainsAnyExcept((byte)0);
            Assert.Equal(!zero, engine.TryAgree(test.Hex("private"), publicKey, result));
            Assert.Equal(shared, result);
            if (zero)
            {
                refused++;
                Assert.False(HpkePublicKey.TryCreate(HpkeSuite.Hpke4, publicKey, out _));
            }
        }

        Assert.Equal(31, refused);
    }

    [Fact]
    public void X25519_keys_are_accepted_exactly_when_canonical_and_of_high_order()
    {
        using var document = VectorFiles.SharedOrSkip("wycheproof-x25519_test.json");
        var accepted = 0;
        foreach (var (_, test) in VectorFiles.WycheproofTests(document))
        {
            var publicKey = test.Hex("public");
            var flags = test.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()).ToList();
            var good = !flags.Contains("NonCanonicalPublic") && !flags.Contains("LowOrderPublic") && !flags.Contains("ZeroSharedSecret")
                && (publicKey[31] & 0x80) == 0;
            Assert.Equal(good, HpkePublicKey.TryCreate(HpkeSuite.Hpke3, publicKey, out _));
            accepted += good ? 1 : 0;
        }

        Assert.True(accepted > 0);
    }

    [Fact]
    public void P256_agrees_with_Wycheproof_and_accepts_uncompressed_points_on_the_curve_only()
    {
        using var document = VectorFiles.SharedOrSkip("wycheproof-ecdh_secp256r1_ecpoint_test.json");
        using var engine = KemEngine.Create(HpkeSuite.Hpke7);
        var refused = 0;
        foreach (var (_, test) in VectorFiles.WycheproofTests(document))
        {
            var publicKey = test.Hex("public");
            var result = new byte[32];
            var valid = test.Text("result") == "valid";
            Assert.Equal(valid, HpkePublicKey.TryCreate(HpkeSuite.Hpke7, publicKey, out _));
            Assert.Equal(valid, engine.TryAgree(Scalar(test.Hex("private")), publicKey, result));
            Assert.Equal(valid ? test.Hex("shared") : new byte[32], result);
            refused += valid ? 0 : 1;
        }

        Assert.Equal(25, refused);
    }

    [Fact]
    public void A_batch_multiplies_as_single_agreements_do()
    {
        const int Count = 70;
        foreach (var suite in HpkeSuite.All)
        {
            using var engine = KemEngine.Create(suite);
            var keys = new byte[Count * suite.PublicKeySize];
            var scalars = new byte[Count * 32];
            engine.Draw(scalars);
            for (var i = 0; i < Count; i++)
            {
                using var key = HpkePrivateKey.Generate(suite);
                key.PublicKey.Bytes.Span.CopyTo(keys.AsSpan(i * suite.PublicKeySize));
            }

            var enc = new byte[keys.Length];
            var secrets = new byte[Count * 32];
            var failed = new bool[Count];
            engine.EncapsulateWith(scalars, keys, enc, secrets, failed);
            var single = new byte[32];
            var expected = new byte[suite.PublicKeySize];
            for (var i = 0; i < Count; i++)
            {
                Assert.False(failed[i]);
                Assert.True(engine.TryAgree(scalars.AsSpan(i * 32, 32), keys.AsSpan(i * expected.Length, expected.Length), single));
                Assert.True(engine.TryGetPublicKey(scalars.AsSpan(i * 32, 32), expected));
                Assert.Equal(single, secrets[(i * 32)..((i + 1) * 32)]);
                Assert.Equal(expected, enc[(i * expected.Length)..((i + 1) * expected.Length)]);
            }
        }
    }

    [Fact]
    public void Every_recipient_gets_an_ephemeral_key_of_its_own_across_portions_and_calls()
    {
        const int Count = 150;
        foreach (var suite in HpkeSuite.All)
        {
            using var engine = KemEngine.Create(suite);
            using var key = HpkePrivateKey.Generate(suite);
            byte[] keys = [.. Enumerable.Repeat(key.PublicKey.Bytes.ToArray(), Count).SelectMany(bytes => bytes)];
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var call = 0; call < 2; call++)
            {
                var enc = new byte[keys.Length];
                engine.Encapsulate(keys, enc, new byte[Count * 32], new bool[Count]);
                Assert.All(enc.Chunk(suite.EncapsulationSize), one => Assert.True(seen.Add(Convert.ToHexString(one))));
            }
        }
    }

    [Fact]
    public void A_bad_key_in_a_batch_is_flagged_and_leaves_its_neighbours_alone()
    {
        foreach (var suite in HpkeSuite.All)
        {
            using var engine = KemEngine.Create(suite);
            using var good = HpkePrivateKey.Generate(suite);
            byte[] keys = [.. good.PublicKey.Bytes.Span, .. new byte[suite.PublicKeySize], .. good.PublicKey.Bytes.Span];
            var enc = new byte[keys.Length];
            var secrets = new byte[96];
            var failed = new bool[3];
            engine.Encapsulate(keys, enc, secrets, failed);
            Assert.Equal([false, true, false], failed);
            Assert.False(secrets.AsSpan(32, 32).ContainsAnyExcept((byte)0));
            Assert.False(enc.AsSpan(suite.PublicKeySize, suite.PublicKeySize).ContainsAnyExcept((byte)0));
            Assert.True(secrets.AsSpan(64).ContainsAnyExcept((byte)0));
        }
    }

    // Wycheproof writes the scalar as a signed integer of any length.
    private static byte[] Scalar(byte[] integer)
    {
        var trimmed = integer.AsSpan().TrimStart((byte)0);
        var scalar = new byte[32];
        trimmed.CopyTo(scalar.AsSpan(32 - trimmed.Length));
        return scalar;
    }
}
