using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace EncryptionService.Hpke;

/// <summary>A private key in pinned memory that is zeroed on disposal.</summary>
/// <remarks>Every member but <see cref="Suite"/> and <see cref="PublicKey"/> throws once the key is disposed.</remarks>
public sealed class HpkePrivateKey : IDisposable
{
    private readonly byte[] bytes;
    private bool disposed;

    private HpkePrivateKey(HpkePublicKey publicKey, byte[] bytes)
    {
        PublicKey = publicKey;
        this.bytes = bytes;
    }

    /// <summary>The suite this key is bound to.</summary>
    public HpkeSuite Suite => PublicKey.Suite;

    /// <summary>The public half.</summary>
    public HpkePublicKey PublicKey { get; }

    internal ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return bytes;
        }
    }

    /// <summary>Draws a new key from the operating system's generator.</summary>
    /// <param name="suite">The suite the key is for.</param>
    /// <returns>A key to be disposed by the caller.</returns>
    public static HpkePrivateKey Generate(HpkeSuite suite)
    {
        ArgumentNullException.ThrowIfNull(suite);
        Span<byte> drawn = stackalloc byte[KemEngine.ScalarSize];
        try
        {
            using (var engine = KemEngine.Create(suite))
            {
                engine.Draw(drawn);
            }

            return Import(suite, drawn);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(drawn);
        }
    }

    /// <summary>Derives a key from input keying material (RFC 9180 section 7.1.3).</summary>
    /// <param name="suite">The suite the key is for.</param>
    /// <param name="keyingMaterial">At least 32 bytes of full entropy.</param>
    /// <returns>A key to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The keying material is shorter than a private key.</exception>
    public static HpkePrivateKey DeriveKeyPair(HpkeSuite suite, ReadOnlySpan<byte> keyingMaterial)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentOutOfRangeException.ThrowIfLessThan(keyingMaterial.Length, suite.PrivateKeySize, nameof(keyingMaterial));
        Span<byte> derived = stackalloc byte[KemEngine.ScalarSize];
        try
        {
            KeyDerivation.Derive(suite, keyingMaterial, derived);
            return Import(suite, derived);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Takes over a serialized private key.</summary>
    /// <param name="suite">The suite the key is for.</param>
    /// <param name="privateKey">The serialized key; P-256 scalars must be in [1, order).</param>
    /// <param name="key">A key to be disposed by the caller, or null.</param>
    /// <returns>False for a wrong length or a scalar out of range.</returns>
    public static bool TryImport(HpkeSuite suite, ReadOnlySpan<byte> privateKey, [NotNullWhen(true)] out HpkePrivateKey? key)
    {
        ArgumentNullException.ThrowIfNull(suite);
        key = null;
        if (privateKey.Length != suite.PrivateKeySize)
        {
            return false;
        }

        Span<byte> publicBytes = stackalloc byte[suite.PublicKeySize];
        using var engine = KemEngine.Create(suite);
        if (!engine.TryGetPublicKey(privateKey, publicBytes) || !HpkePublicKey.TryCreate(suite, publicBytes, out var publicKey))
        {
            return false;
        }

        var pinned = GC.AllocateUninitializedArray<byte>(privateKey.Length, pinned: true);
        privateKey.CopyTo(pinned);
        key = new HpkePrivateKey(publicKey, pinned);
        return true;
    }

    /// <summary>Takes over a serialized private key that is known to be good.</summary>
    /// <param name="suite">The suite the key is for.</param>
    /// <param name="privateKey">The serialized key.</param>
    /// <returns>A key to be disposed by the caller.</returns>
    /// <exception cref="CryptographicException">The bytes are no private key of this suite.</exception>
    public static HpkePrivateKey Import(HpkeSuite suite, ReadOnlySpan<byte> privateKey) =>
        TryImport(suite, privateKey, out var key) ? key : throw new CryptographicException("This is no private key of the suite.");

    /// <summary>Writes the serialized key; the caller zeroes it.</summary>
    /// <param name="destination">Exactly <see cref="HpkeSuite.PrivateKeySize"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void Export(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Suite.PrivateKeySize, nameof(destination));
        Bytes.CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>The type's name and nothing else.</summary>
    public override string ToString() => nameof(HpkePrivateKey);
}
