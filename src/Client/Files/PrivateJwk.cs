using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>Writes and reads private JWKs in memory that the caller zeroes. No secret becomes a string on the way.</summary>
internal static class PrivateJwk
{
    /// <summary>Room for one private JWK.</summary>
    public const int MaxLength = 512;

    /// <summary>Bytes of a private value, of all suites and of the signing key.</summary>
    public const int ScalarSize = 32;

    private const string Secret = ",\"d\":\"";

    /// <summary>Appends the public JWK with the private value behind its members.</summary>
    public static void Append(string publicJwk, ReadOnlySpan<byte> scalar, Span<byte> destination, ref int length)
    {
        length += Encoding.ASCII.GetBytes(publicJwk.AsSpan(0, publicJwk.Length - 1), destination[length..]);
        length += Encoding.ASCII.GetBytes(Secret, destination[length..]);
        length += Base64UrlText.Encode(scalar, destination[length..]);
        length += Encoding.ASCII.GetBytes("\"}", destination[length..]);
    }

    /// <summary>Takes one JWK; the reader stands before its first token. The private value is written to <paramref name="scalar"/>, the rest becomes text.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out string publicJwk, scoped Span<byte> scalar)
    {
        var text = new StringBuilder("{");
        var found = false;
        publicJwk = "";
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSecret = reader.ValueTextEquals("d"u8);
            var name = isSecret ? "" : Encoding.UTF8.GetString(reader.ValueSpan);
            if (!reader.Read() || reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || (isSecret && (found || !TryDecode(reader.ValueSpan, scalar))))
            {
                return false;
            }

            found |= isSecret;
            if (!isSecret)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 1 ? "," : "")}\"{name}\":\"{Encoding.UTF8.GetString(reader.ValueSpan)}\"");
            }
        }

        publicJwk = text.Append('}').ToString();
        return found && reader.TokenType == JsonTokenType.EndObject;
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> scalar)
        => text.Length == Base64UrlText.EncodedLength(scalar.Length)
            && Base64Url.IsValid(text, out var size) && size == scalar.Length
            && Base64Url.TryDecodeFromUtf8(text, scalar, out var written) && written == scalar.Length;
}
