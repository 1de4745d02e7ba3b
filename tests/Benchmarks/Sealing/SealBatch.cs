using System.Security.Cryptography;
using EncryptionService.Hpke;

namespace EncryptionService.Benchmarks.Sealing;

/// <summary>Recipients of one suite, with room for what is sealed to them. The header of an envelope is about 290 bytes.</summary>
internal sealed class SealBatch
{
    private const int HeaderSize = 290;
    private readonly byte[] plaintext = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] publicKeys;
    private readonly byte[] aads;
    private readonly int[] aadLengths;
    private readonly byte[] encapsulations;
    private readonly byte[] ciphertexts;

    public SealBatch(HpkeSuite suite, int count)
    {
        Count = count;
        publicKeys = new byte[count * suite.PublicKeySize];
        for (var i = 0; i < count; i++)
        {
            using var key = HpkePrivateKey.Generate(suite);
            key.PublicKey.Bytes.Span.CopyTo(publicKeys.AsSpan(i * suite.PublicKeySize));
        }

        aads = RandomNumberGenerator.GetBytes(count * HeaderSize);
        aadLengths = [.. Enumerable.Repeat(HeaderSize, count)];
        encapsulations = new byte[count * suite.EncapsulationSize];
        ciphertexts = new byte[count * (plaintext.Length + suite.TagSize)];
    }

    public int Count { get; }

    public void Seal(HpkeSealer sealer) => sealer.Seal(publicKeys, plaintext, aads, aadLengths, encapsulations, ciphertexts);

    public void Seal(CachedNaiveSealer sealer) => sealer.Seal(publicKeys, plaintext, aads, aadLengths, encapsulations, ciphertexts);

    public void SealNaively(HpkeSuite suite, KemEngine engine)
        => Hpke.Tests.NaiveSealer.Seal(suite, engine, publicKeys, plaintext, aads, aadLengths, encapsulations, ciphertexts);

    /// <summary>The multiplications only.</summary>
    public void Multiply(KemEngine engine)
        => engine.Encapsulate(publicKeys, encapsulations, ciphertexts.AsSpan(0, Count * engine.SecretSize), new bool[Count]);
}
