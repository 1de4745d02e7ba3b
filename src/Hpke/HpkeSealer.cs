using System.Security.Cryptography;

namespace EncryptionService.Hpke;

/// <summary>Seals one plaintext to many recipients of one suite: base mode, single shot, empty info (RFC 9180 section 6.1).</summary>
/// <remarks>
/// Keeps native contexts and hash states between calls and allocates nothing per envelope. Not thread-safe: one per worker.
/// Each envelope has an ephemeral key of its own; sharing one among recipients would link them (RFC 9180 section 9).
/// </remarks>
public sealed class HpkeSealer : IDisposable
{
    private const int Batch = KemEngine.MaximumBatch;

    private readonly KemEngine engine;
    private readonly KeySchedule schedule;
    private readonly AeadCipher cipher;
    private readonly byte[] secrets = GC.AllocateArray<byte>(Batch * HpkeSuite.DhSize, pinned: true);
    private readonly byte[] key = GC.AllocateArray<byte>(HmacSha256.Size, pinned: true);
    private readonly byte[] nonce = GC.AllocateArray<byte>(HmacSha256.Size, pinned: true);
    private readonly bool[] failed = new bool[Batch];
    private bool disposed;

    /// <summary>Makes a sealer for one suite.</summary>
    /// <param name="suite">The suite of all recipients.</param>
    public HpkeSealer(HpkeSuite suite)
        : this(suite, KemEngine.Create(suite), [])
    {
    }

    /// <summary>Takes over <paramref name="engine"/>; a non-empty <paramref name="info"/> is for published vectors only.</summary>
    internal HpkeSealer(HpkeSuite suite, KemEngine engine, ReadOnlySpan<byte> info)
    {
        Suite = suite;
        this.engine = engine;
        schedule = new KeySchedule(suite, info);
        cipher = new AeadCipher(suite);
    }

    /// <summary>The suite of all recipients.</summary>
    public HpkeSuite Suite { get; }

    /// <summary>Seals <paramref name="plaintext"/> to n recipients.</summary>
    /// <param name="publicKeys">n serialized keys, one after the other, each validated by <see cref="HpkePublicKey"/> before.</param>
    /// <param name="plaintext">What every recipient gets.</param>
    /// <param name="aads">The n associated data, one after the other.</param>
    /// <param name="aadLengths">The n lengths of the associated data in bytes.</param>
    /// <param name="encapsulations">Room for n times <see cref="HpkeSuite.EncapsulationSize"/> bytes.</param>
    /// <param name="ciphertexts">Room for n times (plaintext length + <see cref="HpkeSuite.TagSize"/>) bytes.</param>
    /// <exception cref="ArgumentException">A length does not fit n; nothing was written.</exception>
    /// <exception cref="CryptographicException">A key was not valid after all; both outputs are zeroed as a whole.</exception>
    public void Seal(
        ReadOnlySpan<byte> publicKeys,
        ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> aads,
        ReadOnlySpan<int> aadLengths,
        Span<byte> encapsulations,
        Span<byte> ciphertexts) =>
        Seal(default, publicKeys, plaintext, aads, aadLengths, encapsulations, ciphertexts);

    /// <summary>As the public form; non-empty <paramref name="ephemeralKeys"/> (one batch at most) are for published vectors only.</summary>
    internal void Seal(
        ReadOnlySpan<byte> ephemeralKeys,
        ReadOnlySpan<byte> publicKeys,
        ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> aads,
        ReadOnlySpan<int> aadLengths,
        Span<byte> encapsulations,
        Span<byte> ciphertexts)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Check(publicKeys, plaintext, aads, aadLengths, encapsulations, ciphertexts);
        var done = false;
        try
        {
            for (var first = 0; first < aadLengths.Length; first += Batch)
            {
                var count = Math.Min(Batch, aadLengths.Length - first);
                var lengths = aadLengths.Slice(first, count);
                var aadSize = Sum(lengths);
                var enc = encapsulations.Slice(first * Suite.EncapsulationSize, count * Suite.EncapsulationSize);
                var keys = publicKeys.Slice(first * Suite.PublicKeySize, count * Suite.PublicKeySize);
                var size = plaintext.Length + Suite.TagSize;
                Agree(ephemeralKeys, keys, enc, count);
                SealBatch(keys, plaintext, aads[..aadSize], lengths, enc, ciphertexts.Slice(first * size, count * size));
                aads = aads[aadSize..];
            }

            done = true;
        }
        finally
        {
            Clear();
            if (!done)
            {
                encapsulations.Clear();
                ciphertexts.Clear();
            }
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        engine.Dispose();
        schedule.Dispose();
        cipher.Dispose();
    }

    private static int Sum(ReadOnlySpan<int> lengths)
    {
        var sum = 0;
        foreach (var length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(lengths));
            sum += length;
        }

        return sum;
    }

    private void Agree(ReadOnlySpan<byte> ephemeralKeys, ReadOnlySpan<byte> publicKeys, Span<byte> encapsulations, int count)
    {
        var results = secrets.AsSpan(0, count * HpkeSuite.DhSize);
        var flags = failed.AsSpan(0, count);
        if (ephemeralKeys.IsEmpty)
        {
            engine.Encapsulate(publicKeys, encapsulations, results, flags);
        }
        else
        {
            engine.EncapsulateWith(ephemeralKeys, publicKeys, encapsulations, results, flags);
        }

        if (flags.Contains(true))
        {
            throw new CryptographicException("A recipient's public key is not valid.");
        }
    }

    private void SealBatch(
        ReadOnlySpan<byte> publicKeys,
        ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> aads,
        ReadOnlySpan<int> aadLengths,
        ReadOnlySpan<byte> encapsulations,
        Span<byte> ciphertexts)
    {
        var keySize = Suite.PublicKeySize;
        var size = plaintext.Length + Suite.TagSize;
        for (var i = 0; i < aadLengths.Length; i++)
        {
            schedule.Derive(
                secrets.AsSpan(i * HpkeSuite.DhSize, HpkeSuite.DhSize),
                encapsulations.Slice(i * keySize, keySize),
                publicKeys.Slice(i * keySize, keySize),
                key,
                nonce);
            cipher.Seal(key, nonce, aads[..aadLengths[i]], plaintext, ciphertexts.Slice(i * size, size));
            aads = aads[aadLengths[i]..];
        }
    }

    private void Clear()
    {
        CryptographicOperations.ZeroMemory(secrets);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(nonce);
        schedule.Clear();
        cipher.Clear();
    }

    private void Check(
        ReadOnlySpan<byte> publicKeys,
        ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> aads,
        ReadOnlySpan<int> aadLengths,
        Span<byte> encapsulations,
        Span<byte> ciphertexts)
    {
        var count = aadLengths.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKeys.Length, count * Suite.PublicKeySize, nameof(publicKeys));
        ArgumentOutOfRangeException.ThrowIfNotEqual(aads.Length, Sum(aadLengths), nameof(aads));
        ArgumentOutOfRangeException.ThrowIfNotEqual(encapsulations.Length, count * Suite.EncapsulationSize, nameof(encapsulations));
        ArgumentOutOfRangeException.ThrowIfNotEqual(ciphertexts.Length, count * (plaintext.Length + Suite.TagSize), nameof(ciphertexts));
    }
}
