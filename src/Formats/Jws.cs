using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>A compact JWS, ES256, as it was read: nothing about it is verified before <see cref="VerifiedBy"/> (envelope.md, section 1).</summary>
public sealed class Jws
{
    private readonly byte[] signingInput;
    private readonly byte[] payload;
    private readonly byte[] signature;

    private Jws(string compact, Thumbprint kid, SigningJwk? jwk, byte[] signingInput, byte[] payload, byte[] signature)
    {
        Compact = compact;
        Kid = kid;
        Jwk = jwk;
        this.signingInput = signingInput;
        this.payload = payload;
        this.signature = signature;
        Hash = Digest32.Of(signingInput);
    }

    /// <summary>The text it was read from.</summary>
    public string Compact { get; }

    /// <summary>Thumbprint of the signer, as the header claims it.</summary>
    public Thumbprint Kid { get; }

    /// <summary>The signer's key, in an identity certificate only.</summary>
    public SigningJwk? Jwk { get; }

    /// <summary>The decoded payload.</summary>
    public ReadOnlyMemory<byte> Payload => payload;

    /// <summary>The ASCII bytes of <c>header.payload</c>.</summary>
    public ReadOnlyMemory<byte> SigningInputBytes => signingInput;

    /// <summary>The signature: 64 bytes, r and s.</summary>
    public ReadOnlyMemory<byte> Signature => signature;

    /// <summary>SHA-256 over <c>header.payload</c>. It never covers the signature, which is malleable.</summary>
    public Digest32 Hash { get; }

    /// <summary>Reads a JWS of one type. The <c>typ</c> is looked at before anything else in the header.</summary>
    public static bool TryParse(string? compact, string typ, int maxLength, [NotNullWhen(true)] out Jws? jws, out string error)
    {
        jws = null;
        if (compact is null || compact.Length > maxLength)
        {
            error = $"is no JWS of at most {maxLength} characters";
            return false;
        }

        var firstDot = compact.IndexOf('.', StringComparison.Ordinal);
        var secondDot = compact.LastIndexOf('.');
        var text = compact.AsSpan();
        var signature = new byte[SigningJwk.SignatureSize];
        if (firstDot < 0 || secondDot == firstDot
            || !Base64UrlText.TryDecode(text[..firstDot], out var header)
            || !Base64UrlText.TryDecode(text[(firstDot + 1)..secondDot], out var payload)
            || !Base64UrlText.TryDecode(text[(secondDot + 1)..], signature))
        {
            error = "is not three parts of base64url with a signature of 64 bytes";
            return false;
        }

        if (!TryReadHeader(header, typ, out var kid, out var jwk, out error))
        {
            return false;
        }

        jws = new Jws(compact, kid, jwk, Encoding.ASCII.GetBytes(compact, 0, secondDot), payload, signature);
        return true;
    }

    /// <summary>True if the key is the one that the header names and the signature is by it.</summary>
    public bool VerifiedBy(SigningJwk? key)
        => key is not null && key.Thumbprint == Kid && key.Verify(signingInput, signature);

    /// <summary>The bytes to sign: ASCII of <c>header.payload</c>.</summary>
    /// <param name="typ">The type.</param>
    /// <param name="kid">Thumbprint of the signer.</param>
    /// <param name="payload">The claims, as UTF-8 JSON.</param>
    /// <param name="jwk">The signer's key, in an identity certificate only.</param>
    public static byte[] SigningInput(string typ, Thumbprint kid, ReadOnlySpan<byte> payload, SigningJwk? jwk = null)
    {
        var header = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteString("alg", SigningJwk.Alg);
            json.WritePropertyName("typ");
            json.WriteRawValue($"\"{typ}\"");
            json.WriteString("kid", kid.ToString());
            if (jwk is not null)
            {
                json.WritePropertyName("jwk");
                json.WriteRawValue(jwk.ToJson());
            }

            json.WriteEndObject();
        }

        var input = new byte[Base64UrlText.EncodedLength(header.WrittenCount) + 1 + Base64UrlText.EncodedLength(payload.Length)];
        var length = Base64UrlText.Encode(header.WrittenSpan, input);
        input[length++] = (byte)'.';
        Base64UrlText.Encode(payload, input.AsSpan(length));
        return input;
    }

    /// <summary>The compact form from signing input and a signature of 64 bytes.</summary>
    /// <exception cref="ArgumentException">The signature has another length.</exception>
    public static string Assemble(ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature)
        => signature.Length == SigningJwk.SignatureSize
            ? $"{Encoding.ASCII.GetString(signingInput)}.{Base64UrlText.Encode(signature)}"
            : throw new ArgumentException("An ES256 signature has 64 bytes.", nameof(signature));

    private static bool TryReadHeader(byte[] header, string typ, out Thumbprint kid, out SigningJwk? jwk, out string error)
    {
        kid = default;
        jwk = null;
        if (!StrictJson.TryRead(header, out var json, out error))
        {
            error = $"header {error}";
            return false;
        }

        if (json.Text("typ", IdText.MaxLength) != typ)
        {
            error = $"header 'typ' must be {typ}";
            return false;
        }

        if (json.Text("alg", IdText.MaxLength) != SigningJwk.Alg)
        {
            json.Fail("alg", "must be ES256");
        }

        kid = json.Thumbprint("kid");
        if (typ == JwsTypes.Identity)
        {
            jwk = json.SigningKey("jwk");
        }

        if (!json.TryFinish(out var problem))
        {
            error = $"header {problem}";
            return false;
        }

        return true;
    }
}
