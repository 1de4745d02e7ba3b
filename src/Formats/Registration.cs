using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>A member's first word: these two keys are mine (envelope.md, section 9). Signed with the signing key that it names.</summary>
public sealed record Registration : TimedObject
{
    private const int MaxText = 512;

    /// <summary>Organization (<c>org</c>).</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>Member (<c>mem</c>).</summary>
    public required MemberId Member { get; init; }

    /// <summary>Id of the core (<c>aud</c>).</summary>
    public required string Audience { get; init; }

    /// <summary>The HPKE key (<c>hpke</c>).</summary>
    public required HpkeJwk Hpke { get; init; }

    /// <summary>The signing key (<c>sig</c>), which verifies this word.</summary>
    public required SigningJwk Signing { get; init; }

    /// <summary>Id of this word (<c>jti</c>).</summary>
    public required string Id { get; init; }

    /// <summary>Both keys.</summary>
    public MemberKeys Keys => new(Hpke, Signing);

    /// <inheritdoc/>
    public override string Typ => JwsTypes.Registration;

    /// <summary>300 seconds.</summary>
    public override long MaxLifetime => 300;

    /// <summary>Reads a registration. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out Registration? registration, out string error)
        => TryParse(compact, JwsTypes.Registration, JwsTypes.MaxJws, Read, out registration, out error);

    private protected override void WriteClaims(Utf8JsonWriter json)
    {
        json.WriteString("org", Organization.Value);
        json.WriteString("mem", Member.Value);
        json.WriteString("aud", Audience);
        json.WritePropertyName("hpke");
        json.WriteRawValue(Hpke.ToJson());
        json.WritePropertyName("sig");
        json.WriteRawValue(Signing.ToJson());
        WriteTimes(json);
        json.WriteString("jti", Id);
    }

    private static Registration Read(StrictJson claims, Jws jws) => new()
    {
        Jws = jws,
        Organization = claims.Organization("org"),
        Member = claims.Member("mem"),
        Audience = claims.Text("aud", MaxText),
        Hpke = claims.HpkeKey("hpke")!,
        Signing = claims.SigningKey("sig")!,
        IssuedAt = claims.Time("iat"),
        ExpiresAt = claims.Time("exp"),
        Id = claims.IdOf("jti"),
    };
}
