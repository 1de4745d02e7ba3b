using System.Security.Cryptography;

namespace EncryptionService.Envelopes;

/// <summary>A vault key: 32 secret bytes in pinned memory, zeroed on disposal (envelope.md, section 3).</summary>
/// <remarks>No equality, no text form, no copy: the only ways out are <see cref="Reveal"/> and the operations of this library.</remarks>
public sealed class VaultKey : IDisposable
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] bytes = GC.AllocateArray<byte>(Size, pinned: true);
    private bool disposed;

    private VaultKey()
    {
    }

    /// <summary>A new key from the operating system's generator.</summary>
    public static VaultKey Generate()
    {
        var key = new VaultKey();
        RandomNumberGenerator.Fill(key.bytes);
        return key;
    }

    /// <summary>A copy of 32 bytes; the caller zeroes its own.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public static VaultKey Import(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, Size, nameof(secret));
        var key = new VaultKey();
        secret.CopyTo(key.bytes);
        return key;
    }

    /// <summary>The secret itself. Valid until disposal; do not copy it to memory that nobody zeroes.</summary>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public ReadOnlySpan<byte> Reveal()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return bytes;
    }

    /// <summary>Compares in constant time.</summary>
    public bool FixedTimeEquals(VaultKey other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(Reveal(), other.Reveal());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>The type's name and nothing else.</summary>
    public override string ToString() => nameof(VaultKey);

    /// <summary>Lets an opening write straight into the key's own memory. Null, and nothing left behind, when it fails.</summary>
    internal static VaultKey? TryFill<TState>(TState state, TryFiller<TState> fill)
        where TState : allows ref struct
    {
        var key = new VaultKey();
        try
        {
            if (fill(state, key.bytes))
            {
                var filled = key;
                key = null;
                return filled;
            }

            return null;
        }
        finally
        {
            key?.Dispose();
        }
    }
}

/// <summary>Writes a key; false if there is none.</summary>
internal delegate bool TryFiller<in TState>(TState state, Span<byte> key)
    where TState : allows ref struct;
