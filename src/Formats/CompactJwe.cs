using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EncryptionService.Formats;

/// <summary>The compact form with HPKE integrated encryption: five parts, the third and fifth empty (envelope.md, section 4).</summary>
internal static class CompactJwe
{
    /// <summary>Size of the sealed 32 bytes with their tag.</summary>
    public const int CiphertextSize = 48;

    private const int Parts = 5;

    /// <summary>Splits and decodes. The sizes of <c>enc</c> and <c>ciphertext</c> are checked by the caller, who knows the suite.</summary>
    public static bool TrySplit(
        string? compact, string typ, [NotNullWhen(true)] out StrictJson? header, out JweParts parts, out string error)
    {
        header = null;
        parts = default;
        error = "is not five parts of base64url, the third and fifth empty";
        if (compact is null || compact.Length > JwsTypes.MaxEnvelope)
        {
            error = $"is no JWE of at most {JwsTypes.MaxEnvelope} characters";
            return false;
        }

        var text = compact.AsSpan();
        Span<Range> ranges = stackalloc Range[Parts + 1];
        if (text.Split(ranges, '.') != Parts || !text[ranges[2]].IsEmpty || !text[ranges[4]].IsEmpty
            || !Base64UrlText.TryDecode(text[ranges[0]], out var headerJson)
            || !Base64UrlText.TryDecode(text[ranges[1]], out var encapsulation)
            || !Base64UrlText.TryDecode(text[ranges[3]], out var ciphertext))
        {
            return false;
        }

        if (!StrictJson.TryRead(headerJson, out var json, out var problem))
        {
            error = $"header {problem}";
            return false;
        }

        if (json.Text("typ", IdText.MaxLength) != typ)
        {
            error = $"header 'typ' must be {typ}";
            return false;
        }

        header = json;
        parts = new JweParts(Encoding.ASCII.GetBytes(compact, 0, ranges[0].End.Value), encapsulation, ciphertext);
        error = "";
        return true;
    }

    /// <summary>Checks the sizes of a suite.</summary>
    public static void CheckSizes(StrictJson header, Suite suite, JweParts parts)
    {
        if (parts.Encapsulation.Length != suite.PublicKeySize || parts.Ciphertext.Length != CiphertextSize)
        {
            header.Fail("alg", $"asks for {suite.PublicKeySize} and {CiphertextSize} bytes in the second and fourth part");
        }
    }

    /// <summary>The compact form.</summary>
    public static string Assemble(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> encapsulation, ReadOnlySpan<byte> ciphertext)
    {
        var length = Length(protectedHeader.Length, encapsulation.Length, ciphertext.Length);
        Span<byte> ascii = length <= JwsTypes.MaxEnvelope ? stackalloc byte[length] : new byte[length];
        Write(protectedHeader, encapsulation, ciphertext, ascii);
        return Encoding.ASCII.GetString(ascii);
    }

    /// <summary>Characters of the compact form.</summary>
    public static int Length(int protectedHeader, int encapsulation, int ciphertext)
        => protectedHeader + Base64UrlText.EncodedLength(encapsulation) + Base64UrlText.EncodedLength(ciphertext) + Parts - 1;

    /// <summary>Writes the compact form.</summary>
    public static void Write(
        ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> encapsulation, ReadOnlySpan<byte> ciphertext, Span<byte> ascii)
    {
        protectedHeader.CopyTo(ascii);
        var at = protectedHeader.Length;
        ascii[at++] = (byte)'.';
        at += Base64UrlText.Encode(encapsulation, ascii[at..]);
        ascii[at++] = (byte)'.';
        ascii[at++] = (byte)'.';
        at += Base64UrlText.Encode(ciphertext, ascii[at..]);
        ascii[at] = (byte)'.';
    }
}

/// <summary>The parts of a JWE that are not empty.</summary>
/// <param name="ProtectedHeader">ASCII bytes of the first part: the AAD.</param>
/// <param name="Encapsulation">The second part, decoded.</param>
/// <param name="Ciphertext">The fourth part, decoded.</param>
internal readonly record struct JweParts(byte[] ProtectedHeader, byte[] Encapsulation, byte[] Ciphertext);
