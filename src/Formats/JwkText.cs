namespace EncryptionService.Formats;

/// <summary>What both kinds of JWK share: shape, thumbprint, text.</summary>
internal static class JwkText
{
    /// <summary>Longest text of a public JWK.</summary>
    public const int MaxLength = 2_048;

    private static readonly string[] privateMembers = ["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"];

    /// <summary>Refuses private keys, before anything else is looked at.</summary>
    public static bool IsPrivate(StrictJson json) => Array.Exists(privateMembers, json.Has);

    /// <summary>Takes <c>kty</c> and <c>crv</c>, which must fit the <c>alg</c>.</summary>
    public static void TakeType(StrictJson json, SuiteCurve curve)
    {
        TakeExactly(json, "kty", curve == SuiteCurve.X25519 ? "OKP" : "EC");
        TakeExactly(json, "crv", curve == SuiteCurve.X25519 ? "X25519" : "P-256");
    }

    /// <summary>Takes the public value: 32 bytes, or 65 uncompressed.</summary>
    public static byte[] TakePoint(StrictJson json, SuiteCurve curve)
    {
        var x = json.Bytes("x", CurvePoints.CoordinateSize);
        return curve == SuiteCurve.X25519 ? x : [4, .. x, .. json.Bytes("y", CurvePoints.CoordinateSize)];
    }

    /// <summary>Takes <c>use</c> and <c>kid</c>, which may be there, and closes the object.</summary>
    public static bool TryClose(StrictJson json, string use, Thumbprint thumbprint, out string error)
    {
        if (json.Has("use"))
        {
            TakeExactly(json, "use", use);
        }

        if (json.Has("kid"))
        {
            TakeExactly(json, "kid", thumbprint.ToString());
        }

        return json.TryFinish(out error);
    }

    /// <summary>RFC 7638 over re-encoded values: required members in lexical order, no white space.</summary>
    public static Thumbprint ThumbprintOf(SuiteCurve curve, ReadOnlySpan<byte> point)
    {
        Span<byte> json = stackalloc byte[160];
        var length = 0;
        if (curve == SuiteCurve.X25519)
        {
            Append("{\"crv\":\"X25519\",\"kty\":\"OKP\",\"x\":\""u8, json, ref length);
            length += Base64UrlText.Encode(point, json[length..]);
        }
        else
        {
            Append("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\""u8, json, ref length);
            length += Base64UrlText.Encode(point[1..33], json[length..]);
            Append("\",\"y\":\""u8, json, ref length);
            length += Base64UrlText.Encode(point[33..], json[length..]);
        }

        Append("\"}"u8, json, ref length);
        return Thumbprint.Of(json[..length]);
    }

    /// <summary>The JWK in writing order (envelope.md, section 2).</summary>
    public static string ToJson(SuiteCurve curve, ReadOnlySpan<byte> point, string alg)
        => curve == SuiteCurve.X25519
            ? $$"""{"kty":"OKP","crv":"X25519","x":"{{Base64UrlText.Encode(point)}}","alg":"{{alg}}"}"""
            : $$"""{"kty":"EC","crv":"P-256","x":"{{Base64UrlText.Encode(point[1..33])}}","y":"{{Base64UrlText.Encode(point[33..])}}","alg":"{{alg}}"}""";

    private static void TakeExactly(StrictJson json, string name, string expected)
    {
        if (!string.Equals(json.Text(name, MaxLength), expected, StringComparison.Ordinal))
        {
            json.Fail(name, $"must be {expected}");
        }
    }

    private static void Append(ReadOnlySpan<byte> text, Span<byte> json, ref int length)
    {
        text.CopyTo(json[length..]);
        length += text.Length;
    }
}
