using System.Security.Cryptography;

namespace EncryptionService.Hpke.Tests;

public sealed class SealTests
{
    [Theory]
    [InlineData("HPKE-0")]
    [InlineData("HPKE-3")]
    [InlineData("HPKE-4")]
    [InlineData("HPKE-7")]
    public void A_batch_equals_what_the_oracle_makes_of_the_same_ephemeral_keys(string name)
    {
        using var batch = new Batch(name, 20);
        using var engine = KemEngine.Create(batch.Suite);
        using var sealer = new HpkeSealer(batch.Suite);
        var scalars = new byte[20 * 32];
        engine.Draw(scalars);
        sealer.Seal(scalars, batch.PublicKeys, batch.Plaintext, batch.Aads, batch.AadLengths, batch.Encapsulations, batch.Ciphertexts);

        var enc = new byte[batch.Encapsulations.Length];
        var dh = new byte[20 * 32];
        engine.EncapsulateWith(scalars, batch.PublicKeys, enc, dh, new bool[20]);
        Assert.Equal(enc, batch.Encapsulations);
        var expected = new byte[batch.Plaintext.Length + 16];
        for (var i = 0; i < 20; i++)
        {
            NaiveSealer.SealOne(
                batch.Suite, dh.AsSpan(i * 32, 32), batch.Encapsulation(i), batch.PublicKey(i), batch.Plaintext, batch.Aad(i), expected);
            Assert.Equal(expected, batch.Ciphertext(i).ToArray());
        }
    }

    [Theory]
    [InlineData("HPKE-0", 7)]
    [InlineData("HPKE-3", 130)]
    [InlineData("HPKE-4", 130)]
    [InlineData("HPKE-7", 65)]
    public void Every_envelope_of_a_batch_opens_for_its_recipient_and_no_encapsulation_comes_twice(string name, int count)
    {
        using var batch = new Batch(name, count);
        using var sealer = new HpkeSealer(batch.Suite);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < 2; round++)
        {
            batch.Seal(sealer);
            for (var i = 0; i < count; i++)
            {
                Assert.True(seen.Add(Convert.ToHexString(batch.Encapsulation(i))));
                Assert.True(batch.TryOpen(i, out var opened));
                Assert.Equal(batch.Plaintext, opened);
            }
        }
    }

    [Theory]
    [InlineData("HPKE-0")]
    [InlineData("HPKE-3")]
    [InlineData("HPKE-4")]
    [InlineData("HPKE-7")]
    public void What_the_oracle_seals_opens(string name)
    {
        using var batch = new Batch(name, 3);
        using var engine = KemEngine.Create(batch.Suite);
        NaiveSealer.Seal(
            batch.Suite, engine, batch.PublicKeys, batch.Plaintext, batch.Aads, batch.AadLengths, batch.Encapsulations, batch.Ciphertexts);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(batch.TryOpen(i, out var opened));
            Assert.Equal(batch.Plaintext, opened);
        }
    }

    [Theory]
    [InlineData("HPKE-0")]
    [InlineData("HPKE-3")]
    [InlineData("HPKE-4")]
    [InlineData("HPKE-7")]
    public void Nothing_is_allocated_per_envelope(string name)
    {
        using var few = new Batch(name, 10);
        using var many = new Batch(name, 1000, distinctKeys: 4);
        using var sealer = new HpkeSealer(few.Suite);
        few.Seal(sealer);
        many.Seal(sealer);
        Assert.Equal(Allocated(few, sealer), Allocated(many, sealer));
    }

    [Fact]
    public void An_empty_batch_and_an_empty_plaintext_are_fine()
    {
        using var sealer = new HpkeSealer(HpkeSuite.Hpke4);
        sealer.Seal([], [1, 2, 3], [], [], [], []);

        using var key = HpkePrivateKey.Generate(HpkeSuite.Hpke4);
        var enc = new byte[32];
        var ciphertext = new byte[16];
        sealer.Seal(key.PublicKey.Bytes.Span, [], [], [0], enc, ciphertext);
        Assert.True(HpkeOpener.TryOpen(key, enc, [], ciphertext, []));
        ciphertext[3] ^= 1;
        Assert.False(HpkeOpener.TryOpen(key, enc, [], ciphertext, []));
    }

    [Fact]
    public void A_key_that_was_never_validated_stops_the_batch_and_leaves_no_output()
    {
        foreach (var suite in HpkeSuite.All)
        {
            using var batch = new Batch(suite.Name, 70);
            using var sealer = new HpkeSealer(suite);
            batch.PublicKeys.AsSpan(69 * suite.PublicKeySize).Clear();
            Assert.Throws<CryptographicException>(() => batch.Seal(sealer));
            Assert.False(batch.Encapsulations.AsSpan().ContainsAnyExcept((byte)0));
            Assert.False(batch.Ciphertexts.AsSpan().ContainsAnyExcept((byte)0));
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_misuse()
    {
        using var sealer = new HpkeSealer(HpkeSuite.Hpke4);
        var key = new byte[32];
        Assert.ThrowsAny<ArgumentException>(() => sealer.Seal(new byte[31], [1], [], [0], new byte[32], new byte[17]));
        Assert.ThrowsAny<ArgumentException>(() => sealer.Seal(key, [1], [2], [0], new byte[32], new byte[17]));
        Assert.ThrowsAny<ArgumentException>(() => sealer.Seal(key, [1], [], [-1], new byte[32], new byte[17]));
        Assert.ThrowsAny<ArgumentException>(() => sealer.Seal(key, [1], [], [0], new byte[33], new byte[17]));
        Assert.ThrowsAny<ArgumentException>(() => sealer.Seal(key, [1], [], [0], new byte[32], new byte[16]));
    }

    [Fact]
    public void A_disposed_sealer_refuses_and_may_be_disposed_again()
    {
        var sealer = new HpkeSealer(HpkeSuite.Hpke4);
        sealer.Dispose();
        sealer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => sealer.Seal([], [], [], [], [], []));
    }

    private static long Allocated(Batch batch, HpkeSealer sealer)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        batch.Seal(sealer);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
