using System.Security.Cryptography;
using System.Text.Json;
using EncryptionService.Hpke.Engines;

namespace EncryptionService.Hpke.Tests;

public sealed class HpkeVectorTests
{
    [Fact]
    public void The_vectors_of_the_RFC_hold_for_every_suite()
    {
        using var document = VectorFiles.Own("rfc9180-base.json");
        var vectors = document.RootElement.GetProperty("vectors").EnumerateArray().Select(HpkeVector.FromOwn).ToList();
        Assert.Equal(HpkeSuite.All.Select(suite => suite.Name), vectors.Select(vector => vector.Suite.Name));
        Assert.All(vectors, vector => Assert.Equal(6, vector.Verify()));
    }

    [Fact]
    public void The_published_file_of_the_RFC_holds_for_every_suite()
    {
        using var document = VectorFiles.SharedOrSkip("rfc9180-base-auth-x25519-p256.json");
        var vectors = Readable(document);
        Assert.Equal(HpkeSuite.All.Count, vectors.Select(vector => vector.Suite).Distinct().Count());
        Assert.All(vectors, vector => Assert.True(vector.Verify() > 0));
    }

    [Fact]
    public void The_edge_cases_of_the_successor_hold()
    {
        using var document = VectorFiles.SharedOrSkip("hpke-bis-edge-cases.json");
        var vectors = Readable(document);
        Assert.True(vectors.Count >= 4, $"only {vectors.Count} of base mode");
        Assert.All(vectors, vector => Assert.True(vector.Verify() > 0));
    }

    [Fact]
    public void The_edge_cases_hold_a_key_derivation_whose_first_candidate_is_out_of_range()
    {
        using var document = VectorFiles.SharedOrSkip("hpke-bis-edge-cases.json");
        var rejected = document.RootElement.EnumerateArray()
            .Where(element => element.TryGetProperty("rejected_candidate (counter=0)", out _))
            .Select(element => element.Hex("rejected_candidate (counter=0)"))
            .ToList();
        Assert.NotEmpty(rejected);
        Assert.All(rejected, candidate => Assert.False(P256.IsScalar(candidate)));
    }

    [Fact]
    public void HKDF_agrees_with_Wycheproof()
    {
        using var document = VectorFiles.SharedOrSkip("wycheproof-hkdf_sha256_test.json");
        using var hmac = new HmacSha256();
        var checks = 0;
        foreach (var (_, test) in VectorFiles.WycheproofTests(document))
        {
            var size = test.Number("size");
            var prk = new byte[HmacSha256.Size];
            HkdfSha256.Extract(hmac, test.Hex("salt"), test.Hex("ikm"), prk);
            if (test.Text("result") == "valid")
            {
                var okm = new byte[size];
                HkdfSha256.Expand(hmac, prk, test.Hex("info"), okm);
                Assert.Equal(test.Hex("okm"), okm);
                checks++;
            }
            else
            {
                Assert.Throws<ArgumentOutOfRangeException>(() => HkdfSha256.Expand(hmac, prk, [], new byte[size]));
            }
        }

        Assert.True(checks > 0);
    }

    [Theory]
    [InlineData("aes_gcm", "HPKE-3", 128)]
    [InlineData("aes_gcm", "HPKE-7", 256)]
    [InlineData("chacha20_poly1305", "HPKE-4", 256)]
    public void The_cipher_agrees_with_Wycheproof(string file, string suiteName, int keySize)
    {
        using var document = VectorFiles.SharedOrSkip($"wycheproof-{file}_test.json");
        Assert.True(HpkeSuite.TryGet(suiteName, out var suite));
        using var cipher = new AeadCipher(suite);
        var tests = VectorFiles.WycheproofTests(document).Where(pair => pair.Group.Number("keySize") == keySize).ToList();
        Assert.NotEmpty(tests);
        foreach (var (_, test) in tests)
        {
            byte[] plaintext = test.Hex("msg");
            byte[] sealedBytes = [.. test.Hex("ct"), .. test.Hex("tag")];
            var opened = new byte[plaintext.Length];
            var valid = test.Text("result") == "valid";
            Assert.Equal(valid, cipher.TryOpen(test.Hex("key"), test.Hex("iv"), test.Hex("aad"), sealedBytes, opened));
            Assert.Equal(valid ? plaintext : new byte[plaintext.Length], opened);
            if (valid)
            {
                var ciphertext = new byte[sealedBytes.Length];
                cipher.Seal(test.Hex("key"), test.Hex("iv"), test.Hex("aad"), plaintext, ciphertext);
                Assert.Equal(sealedBytes, ciphertext);
            }
        }
    }

    [Fact]
    public void HMAC_agrees_with_the_base_library_for_keys_around_the_block_size()
    {
        using var hmac = new HmacSha256();
        foreach (var size in (int[])[0, 1, 32, 63, 64, 65, 200])
        {
            var key = RandomNumberGenerator.GetBytes(size);
            var data = RandomNumberGenerator.GetBytes(size * 3);
            var mac = new byte[HmacSha256.Size];
            hmac.SetKey(key);
            hmac.Begin();
            hmac.Append(data);
            hmac.Finish(mac);
            Assert.Equal(HMACSHA256.HashData(key, data), mac);
        }
    }

    private static List<HpkeVector> Readable(JsonDocument document)
    {
        var vectors = document.RootElement.EnumerateArray().Select(HpkeVector.FromRfc).OfType<HpkeVector>().ToList();
        Assert.NotEmpty(vectors);
        return vectors;
    }
}
