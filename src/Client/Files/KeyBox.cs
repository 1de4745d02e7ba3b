using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EncryptionService.Client;

/// <summary>Private keys under a passphrase: PBKDF2-HMAC-SHA512 and AES-256-GCM (member.md, section 8). Itself no secret.</summary>
public sealed record KeyBox
{
    /// <summary>The only derivation.</summary>
    public const string Derivation = "PBKDF2-HMAC-SHA512";

    /// <summary>The only cipher.</summary>
    public const string Cipher = "A256GCM";

    /// <summary>Iterations of new boxes.</summary>
    public const int DefaultIterations = 210_000;

    /// <summary>Fewest iterations that are read.</summary>
    public const int MinIterations = 100_000;

    /// <summary>Most iterations that are read.</summary>
    public const int MaxIterations = 10_000_000;

    internal const int SaltSize = 16;
    internal const int NonceSize = 12;
    internal const int TagSize = 16;
    internal const int MaxCiphertext = 4_096;

    private const int KeySize = 32;

    internal KeyBox(int iterations, ReadOnlyMemory<byte> salt, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> ciphertext)
    {
        Iterations = iterations;
        Salt = salt;
        Nonce = nonce;
        Ciphertext = ciphertext;
    }

    /// <summary>Iterations of the derivation.</summary>
    public int Iterations { get; }

    /// <summary>Salt of the derivation, 16 bytes.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>Nonce of the cipher, 12 bytes.</summary>
    public ReadOnlyMemory<byte> Nonce { get; }

    /// <summary>Ciphertext, and behind it the tag of 16 bytes.</summary>
    public ReadOnlyMemory<byte> Ciphertext { get; }

    /// <summary>True if both are the same box.</summary>
    public bool Equals(KeyBox? other) => other is not null && Iterations == other.Iterations && Salt.Span.SequenceEqual(other.Salt.Span)
        && Nonce.Span.SequenceEqual(other.Nonce.Span) && Ciphertext.Span.SequenceEqual(other.Ciphertext.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(Nonce.Span);

    /// <summary>Seals under a salt and a nonce of its own.</summary>
    internal static KeyBox Seal(ReadOnlySpan<byte> plaintext, Passphrase passphrase, ReadOnlySpan<byte> associated, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var nonce = RandomNumberGenerator.GetBytes(NonceSize);
        var sealedBytes = new byte[plaintext.Length + TagSize];
        Span<byte> key = stackalloc byte[KeySize];
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(passphrase.Bytes, salt, key, iterations, HashAlgorithmName.SHA512);
            using var cipher = new AesGcm(key, TagSize);
            cipher.Encrypt(nonce, plaintext, sealedBytes.AsSpan(0, plaintext.Length), sealedBytes.AsSpan(plaintext.Length), associated);
            return new KeyBox(iterations, salt, nonce, sealedBytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The plaintext in pinned memory that the caller zeroes; null for another passphrase, or a box that was changed.</summary>
    internal byte[]? TryOpen(Passphrase passphrase, ReadOnlySpan<byte> associated)
    {
        var plaintext = GC.AllocateArray<byte>(Ciphertext.Length - TagSize, pinned: true);
        Span<byte> key = stackalloc byte[KeySize];
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(passphrase.Bytes, Salt.Span, key, Iterations, HashAlgorithmName.SHA512);
            using var cipher = new AesGcm(key, TagSize);
            cipher.Decrypt(Nonce.Span, Ciphertext.Span[..^TagSize], Ciphertext.Span[^TagSize..], plaintext, associated);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Associated data: each text with its length before it.</summary>
    internal static byte[] Associated(params ReadOnlySpan<string> texts)
    {
        var bytes = new List<byte>();
        foreach (var text in texts)
        {
            var ascii = Encoding.ASCII.GetBytes(text);
            bytes.Add((byte)(ascii.Length >> 8));
            bytes.Add((byte)(ascii.Length & 0xFF));
            bytes.AddRange(ascii);
        }

        return [.. bytes];
    }
}
