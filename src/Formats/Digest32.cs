using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EncryptionService.Formats;

/// <summary>A SHA-256 value or a commitment: 32 public bytes, held inline. Text form: base64url, 43 characters.</summary>
public readonly record struct Digest32
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 32;

    /// <summary>Length of the text form.</summary>
    public const int TextLength = 43;

    private readonly ulong a;
    private readonly ulong b;
    private readonly ulong c;
    private readonly ulong d;

    private Digest32(ReadOnlySpan<byte> bytes)
    {
        a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>32 zero bytes: the root of the empty roster.</summary>
    public static Digest32 Zero => default;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public static Digest32 FromBytes(ReadOnlySpan<byte> bytes)
        => bytes.Length == Size ? new Digest32(bytes) : throw new ArgumentException("A digest has 32 bytes.", nameof(bytes));

    /// <summary>SHA-256 of <paramref name="data"/>.</summary>
    public static Digest32 Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(data, hash);
        return new Digest32(hash);
    }

    /// <summary>Parses the text form, strictly.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Digest32 digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var valid = Base64UrlText.TryDecode(text, bytes);
        digest = valid ? new Digest32(bytes) : default;
        return valid;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], d);
    }

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Bit <paramref name="index"/> (0 is the most significant of the first byte): the path in the roster tree.</summary>
    internal bool Bit(int index)
    {
        var word = (index >> 6) switch { 0 => a, 1 => b, 2 => c, _ => d };
        return ((word >> (63 - (index & 63))) & 1) == 1;
    }

    /// <summary>The text form.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Base64UrlText.Encode(bytes);
    }
}
