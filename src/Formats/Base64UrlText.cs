using System.Buffers;
using System.Buffers.Text;

namespace EncryptionService.Formats;

/// <summary>Base64url without padding, strict: exactly one text for each value (envelope.md, section 1).</summary>
public static class Base64UrlText
{
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> alphabet = SearchValues.Create(Characters);
    private static readonly SearchValues<byte> asciiAlphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>Number of characters for a number of bytes.</summary>
    public static int EncodedLength(int byteCount) => Base64Url.GetEncodedLength(byteCount);

    /// <summary>Encodes to text.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Encodes to ASCII bytes.</summary>
    /// <returns>Number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="ascii"/> is too short.</exception>
    public static int Encode(ReadOnlySpan<byte> bytes, Span<byte> ascii) => Base64Url.EncodeToUtf8(bytes, ascii);

    /// <summary>Decodes; false for padding, white space, foreign characters, impossible lengths and spare bits.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        if (!IsCanonical(text))
        {
            bytes = [];
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    /// <summary>Decodes a value that must fill <paramref name="bytes"/> exactly; the same rules.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
        => text.Length == EncodedLength(bytes.Length)
            && IsCanonical(text)
            && Base64Url.TryDecodeFromChars(text, bytes, out var written)
            && written == bytes.Length;

    /// <summary>The same from ASCII bytes: nothing is copied but into <paramref name="bytes"/>, which may be a secret's own memory.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> ascii, Span<byte> bytes)
        => ascii.Length == EncodedLength(bytes.Length)
            && IsCanonical(ascii)
            && Base64Url.TryDecodeFromUtf8(ascii, bytes, out var written)
            && written == bytes.Length;

    private static bool IsCanonical(ReadOnlySpan<byte> ascii)
        => !ascii.ContainsAnyExcept(asciiAlphabet) && (ascii.IsEmpty || HasNoSpareBits(ascii.Length, (char)ascii[^1]));

    private static bool IsCanonical(ReadOnlySpan<char> text)
        => !text.ContainsAnyExcept(alphabet) && (text.IsEmpty || HasNoSpareBits(text.Length, text[^1]));

    private static bool HasNoSpareBits(int length, char last) => (length % 4) switch
    {
        0 => true,
        2 => (Characters.IndexOf(last, StringComparison.Ordinal) & 0b1111) == 0,
        3 => (Characters.IndexOf(last, StringComparison.Ordinal) & 0b11) == 0,
        _ => false,
    };
}
