using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>An owner's word that a group's existing key becomes epoch 0 (envelope.md, sections 9 and 10).</summary>
public sealed record Adoption : TimedObject
{
    /// <summary>Organization (<c>org</c>).</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>Group (<c>grp</c>).</summary>
    public required GroupId Group { get; init; }

    /// <summary>The owner (<c>mem</c>).</summary>
    public required MemberId Member { get; init; }

    /// <summary>Thumbprint of the identity whose certificate the owner's client verified (<c>iss</c>).</summary>
    public required Thumbprint Identity { get; init; }

    /// <summary>The sealed key (<c>key</c>), a compact JWE; see <see cref="AdoptedKeyJwe"/>.</summary>
    public required string SealedKey { get; init; }

    /// <inheritdoc/>
    public override string Typ => JwsTypes.Adoption;

    /// <inheritdoc/>
    public override long MaxLifetime => Month;

    /// <summary>Reads an adoption. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out Adoption? adoption, out string error)
        => TryParse(compact, JwsTypes.Adoption, JwsTypes.MaxJws, Read, out adoption, out error);

    private protected override void WriteClaims(Utf8JsonWriter json)
    {
        json.WriteString("org", Organization.Value);
        json.WriteString("grp", Group.Value);
        json.WriteString("mem", Member.Value);
        json.WriteString("iss", Identity.ToString());
        json.WriteString("key", SealedKey);
        WriteTimes(json);
    }

    private static Adoption Read(StrictJson claims, Jws jws) => new()
    {
        Jws = jws,
        Organization = claims.Organization("org"),
        Group = claims.Group("grp"),
        Member = claims.Member("mem"),
        Identity = claims.Thumbprint("iss"),
        SealedKey = claims.Text("key", JwsTypes.MaxEnvelope),
        IssuedAt = claims.Time("iat"),
        ExpiresAt = claims.Time("exp"),
    };
}
