using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>The service presents itself to the core: proof that it holds the certified identity (core.md, section 2).</summary>
public sealed record Enrolment : TimedObject
{
    private const int MaxText = 1_024;

    /// <summary>Organization (<c>org</c>).</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>Id of the core (<c>aud</c>).</summary>
    public required string Audience { get; init; }

    /// <summary>The identity certificate (<c>cert</c>), a compact JWS.</summary>
    public required string Certificate { get; init; }

    /// <summary>The service's call key (<c>call</c>).</summary>
    public required SigningJwk CallKey { get; init; }

    /// <summary>Where the core reaches the gRPC door (<c>addr</c>).</summary>
    public required string Address { get; init; }

    /// <summary>Version of the service (<c>ver</c>).</summary>
    public required string Version { get; init; }

    /// <summary>Name of the revision that runs (<c>revn</c>).</summary>
    public required string RevisionName { get; init; }

    /// <summary>Name of the replica that enrols (<c>repl</c>), an id.</summary>
    public required string ReplicaName { get; init; }

    /// <summary>The one-time enrolment token (<c>token</c>), or null once enrolled. A secret until it is used.</summary>
    public string? Token { get; init; }

    /// <summary>Id of this document (<c>jti</c>).</summary>
    public required string Id { get; init; }

    /// <inheritdoc/>
    public override string Typ => JwsTypes.Enrolment;

    /// <summary>Five minutes.</summary>
    public override long MaxLifetime => 300;

    /// <summary>Reads an enrolment. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out Enrolment? enrolment, out string error)
        => TryParse(compact, JwsTypes.Enrolment, JwsTypes.MaxJws, Read, out enrolment, out error);

    private protected override void WriteClaims(Utf8JsonWriter json)
    {
        json.WriteString("org", Organization.Value);
        json.WriteString("aud", Audience);
        json.WriteString("cert", Certificate);
        json.WritePropertyName("call");
        json.WriteRawValue(CallKey.ToJson());
        json.WriteString("addr", Address);
        json.WriteString("ver", Version);
        json.WriteString("revn", RevisionName);
        json.WriteString("repl", ReplicaName);
        if (Token is not null)
        {
            json.WriteString("token", Token);
        }

        WriteTimes(json);
        json.WriteString("jti", Id);
    }

    private static Enrolment Read(StrictJson claims, Jws jws) => new()
    {
        Jws = jws,
        Organization = claims.Organization("org"),
        Audience = claims.Text("aud", MaxText),
        Certificate = claims.Text("cert", JwsTypes.MaxJws),
        CallKey = claims.SigningKey("call")!,
        Address = claims.Text("addr", MaxText),
        Version = claims.Text("ver", MaxText),
        RevisionName = claims.Text("revn", MaxText),
        ReplicaName = claims.IdOf("repl"),
        Token = claims.Has("token") ? claims.Text("token", MaxText) : null,
        IssuedAt = claims.Time("iat"),
        ExpiresAt = claims.Time("exp"),
        Id = claims.IdOf("jti"),
    };
}
