namespace EncryptionService.Formats;

/// <summary>Reads the values of this house from strict JSON. A wrong value is kept as the reader's problem, and a default returned.</summary>
internal static class StrictJsonValues
{
    private const int MaxText = 2_048;

    public static OrganizationId Organization(this StrictJson json, string name)
        => OrganizationId.TryParse(json.IdOf(name), out var id) ? id : default;

    public static GroupId Group(this StrictJson json, string name)
        => GroupId.TryParse(json.IdOf(name), out var id) ? id : default;

    public static MemberId Member(this StrictJson json, string name)
        => MemberId.TryParse(json.IdOf(name), out var id) ? id : default;

    /// <summary>A text of the id alphabet, such as <c>jti</c>.</summary>
    public static string IdOf(this StrictJson json, string name)
    {
        var text = json.Text(name, IdText.MaxLength);
        if (!IdText.IsValid(text))
        {
            json.Fail(name, "must have 1 to 64 characters of A-Z a-z 0-9 . _ -");
        }

        return text;
    }

    public static long Time(this StrictJson json, string name) => (long)json.Number(name);

    public static Digest32 Digest(this StrictJson json, string name)
    {
        if (!Digest32.TryParse(json.Text(name, MaxText), out var digest))
        {
            json.Fail(name, "must be 32 bytes in base64url");
        }

        return digest;
    }

    public static Digest32? DigestOrAbsent(this StrictJson json, string name) => json.Has(name) ? json.Digest(name) : null;

    public static Thumbprint Thumbprint(this StrictJson json, string name)
    {
        if (!Formats.Thumbprint.TryParse(json.Text(name, MaxText), out var thumbprint))
        {
            json.Fail(name, "must be a thumbprint (43 characters of base64url)");
        }

        return thumbprint;
    }

    public static byte[] Bytes(this StrictJson json, string name, int length)
    {
        var bytes = new byte[length];
        if (!Base64UrlText.TryDecode(json.Text(name, MaxText), bytes))
        {
            json.Fail(name, $"must be {length} bytes in base64url");
        }

        return bytes;
    }

    public static Suite Suite(this StrictJson json, string name)
    {
        if (Formats.Suite.TryGet(json.Text(name, IdText.MaxLength), out var suite))
        {
            return suite;
        }

        json.Fail(name, "must be one of HPKE-4, HPKE-7, HPKE-3, HPKE-0");
        return Formats.Suite.Hpke4;
    }

    /// <summary>The three members that make key ids, taken from <paramref name="json"/> itself.</summary>
    public static KeyIds KeyIds(this StrictJson json)
        => new(json.Suite("alg").Name, json.Thumbprint("hpke"), json.Thumbprint("sig"));

    public static SigningJwk? SigningKey(this StrictJson json, string name)
    {
        if (json.Nested(name) is not { } child)
        {
            return null;
        }

        if (!SigningJwk.TryRead(child, out var key, out var problem))
        {
            json.Fail(name, problem.Message);
        }

        return key;
    }

    public static HpkeJwk? HpkeKey(this StrictJson json, string name)
    {
        if (json.Nested(name) is not { } child)
        {
            return null;
        }

        if (!HpkeJwk.TryRead(child, out var key, out var problem))
        {
            json.Fail(name, problem.Message);
        }

        return key;
    }
}
