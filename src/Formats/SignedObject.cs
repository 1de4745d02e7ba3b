using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>Claims of one type of JWS: either read from one, or made to be signed.</summary>
public abstract record SignedObject
{
    private static readonly JsonWriterOptions writerOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Jws? jws;

    private protected SignedObject()
    {
    }

    /// <summary>A changed copy is no longer what was signed.</summary>
    protected SignedObject(SignedObject original)
    {
    }

    /// <summary>The JWS that this was read from.</summary>
    /// <exception cref="InvalidOperationException">It was not read, but made.</exception>
    public Jws Jws
    {
        get => jws ?? throw new InvalidOperationException("These claims were not read from a JWS.");
        internal init => jws = value;
    }

    /// <summary>The <c>typ</c> of the header.</summary>
    public abstract string Typ { get; }

    /// <summary>True if the key is the one that the header names and the signature is by it.</summary>
    public bool VerifiedBy(SigningJwk? key) => Jws.VerifiedBy(key);

    /// <summary>The claims as UTF-8 JSON, in writing order.</summary>
    public byte[] ToPayload()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, writerOptions))
        {
            json.WriteStartObject();
            WriteClaims(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The bytes to sign; <see cref="Jws.Assemble"/> makes the compact form of them.</summary>
    public byte[] SigningInput(Thumbprint kid) => Jws.SigningInput(Typ, kid, ToPayload(), HeaderKey);

    /// <summary>Only the type: claims are for code, not for logs.</summary>
    public sealed override string ToString() => Typ;

    /// <summary>The key that the header carries, if this type carries one.</summary>
    private protected virtual SigningJwk? HeaderKey => null;

    private protected abstract void WriteClaims(Utf8JsonWriter json);

    /// <summary>Reads a JWS and its claims.</summary>
    private protected static bool TryParse<T>(
        string? compact, string typ, int maxLength, Func<StrictJson, Jws, T> read, out T? value, out string error)
        where T : SignedObject
    {
        value = null;
        if (!Jws.TryParse(compact, typ, maxLength, out var jws, out error))
        {
            return false;
        }

        if (!StrictJson.TryRead(jws.Payload.Span, out var claims, out var problem))
        {
            error = $"payload {problem}";
            return false;
        }

        var candidate = read(claims, jws);
        if (!claims.TryFinish(out problem))
        {
            error = $"claim {problem}";
            return false;
        }

        value = candidate;
        return true;
    }
}
