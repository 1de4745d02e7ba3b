using System.Buffers.Binary;
using System.Text.Json;

namespace EncryptionService.Hpke.Tests;

/// <summary>One base mode vector, and everything that must hold for it.</summary>
internal sealed record HpkeVector(
    HpkeSuite Suite,
    byte[] Info,
    byte[] IkmE,
    byte[] IkmR,
    byte[]? SkE,
    byte[] SkR,
    byte[] PkR,
    byte[] Enc,
    byte[] Key,
    byte[] BaseNonce,
    IReadOnlyList<HpkeVector.Message> Messages)
{
    internal static HpkeVector FromOwn(JsonElement element)
    {
        Assert.True(HpkeSuite.TryGet(element.Text("suite"), out var suite));
        return new HpkeVector(
            suite,
            element.Hex("info"),
            element.Hex("ikmE"),
            element.Hex("ikmR"),
            element.Hex("skE"),
            element.Hex("skR"),
            element.Hex("pkR"),
            element.Hex("enc"),
            element.Hex("key"),
            element.Hex("baseNonce"),
            [.. element.GetProperty("messages").EnumerateArray().Select(Message.From)]);
    }

    /// <summary>Reads the shape of the RFC's own file; null for modes and suites outside the closed list.</summary>
    internal static HpkeVector? FromRfc(JsonElement element)
    {
        var suite = HpkeSuite.All.SingleOrDefault(candidate =>
            candidate.KemId == element.Number("kem_id")
            && candidate.KdfId == element.Number("kdf_id")
            && candidate.AeadId == element.Number("aead_id"));
        return suite is null || element.Number("mode") != 0
            ? null
            : new HpkeVector(
                suite,
                element.Hex("info"),
                element.Hex("ikmE"),
                element.Hex("ikmR"),
                element.TryGetProperty("skEm", out _) ? element.Hex("skEm") : null,
                element.Hex("skRm"),
                element.Hex("pkRm"),
                element.Hex("enc"),
                element.Hex("key"),
                element.Hex("base_nonce"),
                [.. element.GetProperty("encryptions").EnumerateArray().Select(Message.From)]);
    }

    /// <summary>Returns how many messages were checked.</summary>
    internal int Verify()
    {
        using var recipient = HpkePrivateKey.DeriveKeyPair(Suite, IkmR);
        using var ephemeral = HpkePrivateKey.DeriveKeyPair(Suite, IkmE);
        Assert.Equal(SkR, Exported(recipient));
        Assert.Equal(PkR, recipient.PublicKey.Bytes.ToArray());
        Assert.Equal(Enc, ephemeral.PublicKey.Bytes.ToArray());
        if (SkE is not null)
        {
            Assert.Equal(SkE, Exported(ephemeral));
        }

        VerifyKeySchedule(recipient);
        VerifySingleShot(recipient, ephemeral);
        VerifyContext();
        return Messages.Count;
    }

    private static byte[] Exported(HpkePrivateKey key)
    {
        var bytes = new byte[key.Suite.PrivateKeySize];
        key.Export(bytes);
        return bytes;
    }

    private void VerifyKeySchedule(HpkePrivateKey recipient)
    {
        using var engine = KemEngine.Create(Suite);
        using var schedule = new KeySchedule(Suite, Info);
        var dh = new byte[32];
        var key = new byte[32];
        var nonce = new byte[32];
        Assert.True(engine.TryAgree(Exported(recipient), Enc, dh));
        schedule.Derive(dh, Enc, PkR, key, nonce);
        Assert.Equal(Key, key[..Suite.KeySize]);
        Assert.Equal(BaseNonce, nonce[..HpkeSuite.NonceSize]);
    }

    private void VerifySingleShot(HpkePrivateKey recipient, HpkePrivateKey ephemeral)
    {
        var first = Assert.Single(Messages, message => message.Sequence == 0);
        using var engine = KemEngine.Create(Suite);
        using var sealer = new HpkeSealer(Suite, engine, Info);
        var enc = new byte[Suite.EncapsulationSize];
        var ciphertext = new byte[first.Plaintext.Length + Suite.TagSize];
        sealer.Seal(Exported(ephemeral), PkR, first.Plaintext, first.Aad, [first.Aad.Length], enc, ciphertext);
        Assert.Equal(Enc, enc);
        Assert.Equal(first.Ciphertext, ciphertext);

        var opened = new byte[first.Plaintext.Length];
        Assert.True(HpkeOpener.TryOpen(recipient, Info, Enc, first.Aad, first.Ciphertext, opened));
        Assert.Equal(first.Plaintext, opened);
    }

    private void VerifyContext()
    {
        using var cipher = new AeadCipher(Suite);
        foreach (var message in Messages)
        {
            var nonce = BaseNonce.ToArray();
            var tail = nonce.AsSpan(8);
            BinaryPrimitives.WriteInt32BigEndian(tail, BinaryPrimitives.ReadInt32BigEndian(tail) ^ message.Sequence);
            var ciphertext = new byte[message.Ciphertext.Length];
            cipher.Seal(Key, nonce, message.Aad, message.Plaintext, ciphertext);
            Assert.Equal(message.Ciphertext, ciphertext);
            var opened = new byte[message.Plaintext.Length];
            Assert.True(cipher.TryOpen(Key, nonce, message.Aad, message.Ciphertext, opened));
            Assert.Equal(message.Plaintext, opened);
        }
    }

    internal sealed record Message(int Sequence, byte[] Aad, byte[] Plaintext, byte[] Ciphertext)
    {
        internal static Message From(JsonElement element) =>
            new(element.Number("seq"), element.Hex("aad"), element.Hex("pt"), element.Hex("ct"));
    }
}
