using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>The bearer token of one call, bound to the bytes of its request (core.md, section 4).</summary>
public sealed record CallToken : TimedObject
{
    private const int MaxText = 512;

    /// <summary>Organization (<c>org</c>).</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>Thumbprint of the service's identity, or the core's id (<c>aud</c>).</summary>
    public required string Audience { get; init; }

    /// <summary>gRPC path, or HTTP method, a blank and the path (<c>method</c>).</summary>
    public required string Method { get; init; }

    /// <summary>SHA-256 of the request message or body (<c>req</c>).</summary>
    public required Digest32 Request { get; init; }

    /// <summary>Id of this token (<c>jti</c>).</summary>
    public required string Id { get; init; }

    /// <summary>The service's replica that calls (<c>repl</c>), or null.</summary>
    public string? Replica { get; init; }

    /// <inheritdoc/>
    public override string Typ => JwsTypes.Call;

    /// <summary>300 seconds.</summary>
    public override long MaxLifetime => 300;

    /// <summary>Reads a token. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out CallToken? token, out string error)
        => TryParse(compact, JwsTypes.Call, JwsTypes.MaxJws, Read, out token, out error);

    private protected override void WriteClaims(Utf8JsonWriter json)
    {
        json.WriteString("org", Organization.Value);
        json.WriteString("aud", Audience);
        json.WriteString("method", Method);
        json.WriteString("req", Request.ToString());
        WriteTimes(json);
        json.WriteString("jti", Id);
        if (Replica is not null)
        {
            json.WriteString("repl", Replica);
        }
    }

    private static CallToken Read(StrictJson claims, Jws jws) => new()
    {
        Jws = jws,
        Organization = claims.Organization("org"),
        Audience = claims.Text("aud", MaxText),
        Method = claims.Text("method", MaxText),
        Request = claims.Digest("req"),
        IssuedAt = claims.Time("iat"),
        ExpiresAt = claims.Time("exp"),
        Id = claims.IdOf("jti"),
        Replica = claims.Has("repl") ? claims.IdOf("repl") : null,
    };
}
