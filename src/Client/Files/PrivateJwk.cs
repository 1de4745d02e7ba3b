using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>Writes and reads private JWKs in memory that the caller zeroes. No secret becomes a string on the way.</summary>
/// <remarks>What is read here was written here and is authenticated; so the reader takes exactly the writer's form.</remarks>
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

    /// <summary>Takes one JWK from the front of the text; the private value is written to <paramref name="scalar"/>.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> text, out string publicJwk, scoped Span<byte> scalar)
    {
        publicJwk = "";
        var secret = Encoding.ASCII.GetBytes(Secret);
        var at = text.IndexOf(secret);
        var encoded = Base64UrlText.EncodedLength(scalar.Length);
        if (at < 0 || text.Length < at + secret.Length + encoded + 2)
        {
            return false;
        }

        var value = text.Slice(at + secret.Length, encoded);
        var rest = text[(at + secret.Length + encoded)..];
        if (!rest.StartsWith("\"}"u8) || !Base64Url.IsValid(value, out var size) || size != scalar.Length
            || !Base64Url.TryDecodeFromUtf8(value, scalar, out var written) || written != scalar.Length)
        {
            CryptographicOperations.ZeroMemory(scalar);
            return false;
        }

        publicJwk = Encoding.ASCII.GetString(text[..at]) + "}";
        text = rest[2..];
        return true;
    }
}
