using System.Security.Cryptography;

namespace EncryptionService.Hpke.Tests;

/// <summary>Recipients with their keys, and room for what is sealed to them; associated data differ in length.</summary>
internal sealed class Batch : IDisposable
{
    private readonly HpkePrivateKey[] keys;

    internal Batch(string suiteName, int count, int distinctKeys = int.MaxValue)
    {
        Assert.True(HpkeSuite.TryGet(suiteName, out var suite));
        Suite = suite;
        keys = [.. Enumerable.Range(0, Math.Min(count, distinctKeys)).Select(_ => HpkePrivateKey.Generate(suite))];
        PublicKeys = [.. Enumerable.Range(0, count).SelectMany(i => Key(i).PublicKey.Bytes.ToArray())];
        AadLengths = [.. Enumerable.Range(0, count).Select(i => i % 9 * 40)];
        Aads = RandomNumberGenerator.GetBytes(AadLengths.Sum());
        Encapsulations = new byte[count * suite.EncapsulationSize];
        Ciphertexts = new byte[count * (Plaintext.Length + suite.TagSize)];
    }

    internal HpkeSuite Suite { get; }

    internal byte[] Plaintext { get; } = RandomNumberGenerator.GetBytes(32);

    internal byte[] PublicKeys { get; }

    internal byte[] Aads { get; }

    internal int[] AadLengths { get; }

    internal byte[] Encapsulations { get; }

    internal byte[] Ciphertexts { get; }

    public void Dispose()
    {
        foreach (var key in keys)
        {
            key.Dispose();
        }
    }

    internal HpkePrivateKey Key(int i) => keys[i % keys.Length];

    internal ReadOnlySpan<byte> PublicKey(int i) => PublicKeys.AsSpan(i * Suite.PublicKeySize, Suite.PublicKeySize);

    internal ReadOnlySpan<byte> Encapsulation(int i) => Encapsulations.AsSpan(i * Suite.EncapsulationSize, Suite.EncapsulationSize);

    internal ReadOnlySpan<byte> Aad(int i) => Aads.AsSpan(AadLengths.Take(i).Sum(), AadLengths[i]);

    internal ReadOnlySpan<byte> Ciphertext(int i)
    {
        var size = Plaintext.Length + Suite.TagSize;
        return Ciphertexts.AsSpan(i * size, size);
    }

    internal void Seal(HpkeSealer sealer) => sealer.Seal(PublicKeys, Plaintext, Aads, AadLengths, Encapsulations, Ciphertexts);

    internal bool TryOpen(int i, out byte[] opened)
    {
        opened = new byte[Plaintext.Length];
        return HpkeOpener.TryOpen(Key(i), Encapsulation(i), Aad(i), Ciphertext(i), opened);
    }
}
