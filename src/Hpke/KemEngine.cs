using System.Security.Cryptography;
using EncryptionService.Hpke.Engines;

namespace EncryptionService.Hpke;

/// <summary>Does the multiplications of one KEM, many recipients at a time, each with an ephemeral key of its own.</summary>
/// <remarks>
/// The seam between scalar and vector implementations: an implementation gets whole batches and may work on several
/// recipients side by side. Not thread-safe; one per worker.
/// </remarks>
public abstract class KemEngine : IDisposable
{
    /// <summary>Recipients that share one draw from the generator; longer input is worked through in such portions.</summary>
    internal const int MaximumBatch = 64;

    internal const int ScalarSize = 32;

    private readonly byte[] scalars = GC.AllocateArray<byte>(MaximumBatch * ScalarSize, pinned: true);

    private protected KemEngine(int publicKeySize) => PublicKeySize = publicKeySize;

    /// <summary>Bytes of a serialized public key and of an encapsulation.</summary>
    public int PublicKeySize { get; }

    /// <summary>Bytes of a Diffie-Hellman result (Ndh).</summary>
    public int SecretSize { get; } = HpkeSuite.DhSize;

    /// <summary>Makes the engine for a suite's KEM.</summary>
    /// <param name="suite">The suite.</param>
    /// <returns>An engine of the caller's own, to be disposed by the caller.</returns>
    public static KemEngine Create(HpkeSuite suite)
    {
        ArgumentNullException.ThrowIfNull(suite);
        return suite.IsX25519 ? new X25519Engine() : new P256Engine();
    }

    /// <summary>Draws one ephemeral key per recipient and multiplies it with the generator and with the recipient's key.</summary>
    /// <param name="publicKeys">n serialized recipient keys, one after the other.</param>
    /// <param name="encapsulations">Room for n serialized ephemeral public keys.</param>
    /// <param name="secrets">Room for n Diffie-Hellman results; the caller zeroes them after use.</param>
    /// <param name="failed">
    /// Room for n flags; true where a key is no point, or an X25519 result is all zero (RFC 9180 section 7.1.4); outputs are zero then.
    /// </param>
    /// <exception cref="ArgumentException">A length does not fit n.</exception>
    public void Encapsulate(ReadOnlySpan<byte> publicKeys, Span<byte> encapsulations, Span<byte> secrets, Span<bool> failed)
    {
        var count = Count(publicKeys, encapsulations, secrets, failed);
        try
        {
            for (var first = 0; first < count; first += MaximumBatch)
            {
                var size = Math.Min(MaximumBatch, count - first);
                var drawn = scalars.AsSpan(0, size * ScalarSize);
                Draw(drawn);
                Multiply(
                    drawn,
                    publicKeys.Slice(first * PublicKeySize, size * PublicKeySize),
                    encapsulations.Slice(first * PublicKeySize, size * PublicKeySize),
                    secrets.Slice(first * SecretSize, size * SecretSize),
                    failed.Slice(first, size));
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalars);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>For published vectors only: the ephemeral keys come from the caller.</summary>
    internal void EncapsulateWith(
        ReadOnlySpan<byte> ephemeralKeys, ReadOnlySpan<byte> publicKeys, Span<byte> encapsulations, Span<byte> secrets, Span<bool> failed)
    {
        var count = Count(publicKeys, encapsulations, secrets, failed);
        ArgumentOutOfRangeException.ThrowIfNotEqual(ephemeralKeys.Length, count * ScalarSize);
        Multiply(ephemeralKeys, publicKeys, encapsulations, secrets, failed);
    }

    /// <summary>Fills the span with valid private keys from one draw.</summary>
    internal virtual void Draw(Span<byte> privateKeys) => RandomNumberGenerator.Fill(privateKeys);

    /// <summary>One multiplication with a foreign key; false where the key is no point or an X25519 result is all zero.</summary>
    internal abstract bool TryAgree(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> secret);

    /// <summary>The serialized public key of a private key; false where that is out of range.</summary>
    internal abstract bool TryGetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey);

    private protected abstract void Multiply(
        ReadOnlySpan<byte> ephemeralKeys, ReadOnlySpan<byte> publicKeys, Span<byte> encapsulations, Span<byte> secrets, Span<bool> failed);

    /// <summary>Frees native objects and zeroes what is left of keys.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing) => CryptographicOperations.ZeroMemory(scalars);

    private int Count(ReadOnlySpan<byte> publicKeys, Span<byte> encapsulations, Span<byte> secrets, Span<bool> failed)
    {
        var (count, rest) = Math.DivRem(publicKeys.Length, PublicKeySize);
        return rest == 0 && encapsulations.Length == publicKeys.Length && secrets.Length == count * SecretSize && failed.Length == count
            ? count
            : throw new ArgumentException("The spans are not for the same number of recipients.", nameof(publicKeys));
    }
}
