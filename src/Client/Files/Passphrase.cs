using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace EncryptionService.Client;

/// <summary>A passphrase as UTF-8 of its composed form (member.md, section 8), in pinned memory that is zeroed on disposal.</summary>
public sealed class Passphrase : IDisposable
{
    /// <summary>Fewest characters of a passphrase that is to protect new keys.</summary>
    public const int MinLength = 12;

    /// <summary>Most characters.</summary>
    public const int MaxLength = 1_024;

    private readonly byte[] bytes;
    private readonly int length;
    private bool disposed;

    private Passphrase(byte[] bytes, int length, int characters)
    {
        this.bytes = bytes;
        this.length = length;
        Characters = characters;
    }

    /// <summary>Number of UTF-16 characters.</summary>
    public int Characters { get; }

    /// <summary>The UTF-8 bytes. Valid until disposal.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    internal ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return bytes.AsSpan(0, length);
        }
    }

    /// <summary>Takes characters; the caller zeroes its own.</summary>
    /// <param name="characters">1 to <see cref="MaxLength"/> characters.</param>
    /// <param name="error">What is wrong, in one line; empty on success.</param>
    /// <returns>The passphrase, to be disposed by the caller; null if it cannot be used.</returns>
    public static Passphrase? TryCreate(ReadOnlySpan<char> characters, out string error)
    {
        if (characters.Length is 0 or > MaxLength)
        {
            error = $"A passphrase has 1 to {MaxLength} characters.";
            return null;
        }

        var composed = GC.AllocateArray<char>(MaxLength * NormalForm.MaxGrowth, pinned: true);
        var utf8 = GC.AllocateArray<byte>(composed.Length * 3, pinned: true);
        try
        {
            if (!NormalForm.TryCompose(characters, composed, out var count))
            {
                error = "The passphrase has characters that can be written in more than one way (accents apart from their letter, for example). Choose others.";
                return null;
            }

            if (Utf8.FromUtf16(composed.AsSpan(0, count), utf8, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
            {
                error = "The passphrase is no valid text.";
                return null;
            }

            error = "";
            var passphrase = new Passphrase(utf8, written, count);
            utf8 = null;
            return passphrase;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(composed.AsSpan()));
            CryptographicOperations.ZeroMemory(utf8);
        }
    }

    /// <summary>Takes the bytes of a file: UTF-8, without the line end that editors put behind it; the caller zeroes its own.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="error">What is wrong, in one line; empty on success.</param>
    /// <returns>The passphrase, to be disposed by the caller; null if it cannot be used.</returns>
    public static Passphrase? TryCreate(ReadOnlySpan<byte> utf8, out string error)
    {
        var line = utf8.EndsWith("\r\n"u8) ? utf8[..^2] : utf8.EndsWith("\n"u8) ? utf8[..^1] : utf8;
        if (line.Length > MaxLength * 3 || !Utf8.IsValid(line))
        {
            error = $"The passphrase is no UTF-8 text of at most {MaxLength} characters.";
            return null;
        }

        var characters = GC.AllocateArray<char>(line.Length, pinned: true);
        try
        {
            return TryCreate(characters.AsSpan(0, Encoding.UTF8.GetChars(line, characters)), out error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(characters.AsSpan()));
        }
    }

    /// <summary>True if both are the same; in constant time for equal lengths.</summary>
    public bool FixedTimeEquals(Passphrase other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>The type's name and nothing else.</summary>
    public override string ToString() => nameof(Passphrase);
}
