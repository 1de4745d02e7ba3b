using System.Text;
using System.Text.Json;
using EncryptionService.Compliance;
using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes.Tests;

/// <summary>The examples of draft-ietf-jose-hpke-encrypt: the same use of HPKE as in our envelopes, made by somebody else.</summary>
public sealed class JoseVectorTests
{
    [Fact]
    public void The_examples_of_the_draft_open()
    {
        var file = SharedFolder.Find("vectors", "jose-hpke", "jose-vectors.json");
        Assert.SkipUnless(file is not null, SharedFolder.Absent);
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var seen = new List<string>();
        foreach (var vector in document.RootElement.EnumerateArray())
        {
            var alg = vector.GetProperty("alg").GetString()!;
            var jwk = vector.GetProperty("jwk");
            Assert.True(HpkeSuite.TryGet(alg, out var suite));
            using var key = HpkePrivateKey.Import(suite, Decode(jwk.GetProperty("d").GetString()));
            Assert.Equal(jwk.GetProperty("kid").GetString(), key.ToJwk().Thumbprint.ToString());

            var parts = vector.GetProperty("compact").GetString()!.Split('.');
            var compact = Open(key, parts[1], parts[0], parts[3]);
            Assert.StartsWith("You can trust us", Encoding.UTF8.GetString(compact), StringComparison.Ordinal);

            var flattened = vector.GetProperty("flattened");
            var aad = $"{flattened.GetProperty("protected").GetString()}.{flattened.GetProperty("aad").GetString()}";
            Assert.Equal(compact, Open(
                key, flattened.GetProperty("encrypted_key").GetString()!, aad, flattened.GetProperty("ciphertext").GetString()!));
            seen.Add(alg);
        }

        Assert.Equal(["HPKE-0", "HPKE-3", "HPKE-4", "HPKE-7"], seen.Order());
    }

    private static byte[] Open(HpkePrivateKey key, string encapsulation, string aad, string ciphertext)
    {
        var sealedBytes = Decode(ciphertext);
        var plaintext = new byte[sealedBytes.Length - 16];
        Assert.True(HpkeOpener.TryOpen(key, Decode(encapsulation), Encoding.ASCII.GetBytes(aad), sealedBytes, plaintext));
        return plaintext;
    }

    private static byte[] Decode(string? text) => Base64UrlText.TryDecode(text, out var bytes) ? bytes : throw new InvalidDataException(text);
}
