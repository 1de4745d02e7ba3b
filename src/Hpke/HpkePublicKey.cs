using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Hpke;

/// <summary>A public key that passed the full validation of its suite.</summary>
/// <remarks>Immutable; two keys are equal when suite and bytes are.</remarks>
public sealed class HpkePublicKey : IEquatable<HpkePublicKey>
{
    private readonly byte[] bytes;

    private HpkePublicKey(HpkeSuite suite, byte[] bytes)
    {
        Suite = suite;
        this.bytes = bytes;
    }

    /// <summary>The suite this key is bound to.</summary>
    public HpkeSuite Suite { get; }

    /// <summary>The serialized key, <see cref="HpkeSuite.PublicKeySize"/> bytes (RFC 9180 section 7.1.1).</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Validates a serialized key.</summary>
    /// <remarks>
    /// X25519: canonical (u below p, bit 255 clear) and not of low order, which is stricter than RFC 7748.
    /// P-256: an uncompressed point on the curve with coordinates below p (RFC 9180 section 7.1.4).
    /// </remarks>
    /// <param name="suite">The suite the key is for.</param>
    /// <param name="publicKey">The serialized key, as it came.</param>
    /// <param name="key">The validated key, or null.</param>
    /// <returns>False when the bytes are no acceptable key.</returns>
    public static bool TryCreate(HpkeSuite suite, ReadOnlySpan<byte> publicKey, [NotNullWhen(true)] out HpkePublicKey? key)
    {
        ArgumentNullException.ThrowIfNull(suite);
        key = PublicKeyRules.Accepts(suite, publicKey) ? new HpkePublicKey(suite, publicKey.ToArray()) : null;
        return key is not null;
    }

    /// <summary>Equal when suite and bytes are equal.</summary>
    /// <param name="other">The other key.</param>
    /// <returns>True when both are the same key of the same suite.</returns>
    public bool Equals(HpkePublicKey? other) =>
        other is not null && ReferenceEquals(Suite, other.Suite) && bytes.AsSpan().SequenceEqual(other.bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as HpkePublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Suite.Name, StringComparer.Ordinal);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}
