using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>The organization key's word on the service's identity (envelope.md, section 8).</summary>
public sealed record IdentityCertificate : SignedObject
{
    /// <summary>Organization (<c>org</c>).</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>Generation of the identity (<c>gen</c>): 1, 2, …</summary>
    public required ulong Generation { get; init; }

    /// <summary>The service's signing key (<c>identity</c>).</summary>
    public required SigningJwk Identity { get; init; }

    /// <summary>The key to which groups' existing keys are sealed (<c>adoption</c>).</summary>
    public required HpkeJwk Adoption { get; init; }

    /// <summary>Time of signing (<c>iat</c>), seconds since 1970.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>The organization key, which the header carries (<c>jwk</c>).</summary>
    public required SigningJwk OrganizationKey { get; init; }

    /// <inheritdoc/>
    public override string Typ => JwsTypes.Identity;

    /// <summary>Reads a certificate. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out IdentityCertificate? certificate, out string error)
        => TryParse(compact, JwsTypes.Identity, JwsTypes.MaxJws, Read, out certificate, out error);

    /// <summary>True if the certificate is verified: by the pinned organization key, for the expected organization.</summary>
    public bool VerifiedUnder(Thumbprint pinned, OrganizationId expected)
        => OrganizationKey.Thumbprint == pinned && Organization == expected && VerifiedBy(OrganizationKey);

    /// <summary>The bytes to sign; the signer is <see cref="OrganizationKey"/>.</summary>
    public byte[] SigningInput() => SigningInput(OrganizationKey.Thumbprint);

    private protected override SigningJwk? HeaderKey => OrganizationKey;

    private protected override void WriteClaims(Utf8JsonWriter json)
    {
        json.WriteString("org", Organization.Value);
        json.WriteNumber("gen", Generation);
        json.WritePropertyName("identity");
        json.WriteRawValue(Identity.ToJson());
        json.WritePropertyName("adoption");
        json.WriteRawValue(Adoption.ToJson());
        json.WriteNumber("iat", IssuedAt);
    }

    // The keys are null only after a failure, and then nobody sees the object.
    private static IdentityCertificate Read(StrictJson claims, Jws jws) => new()
    {
        Jws = jws,
        Organization = claims.Organization("org"),
        Generation = claims.Number("gen", minimum: 1),
        Identity = claims.SigningKey("identity")!,
        Adoption = claims.HpkeKey("adoption")!,
        IssuedAt = claims.Time("iat"),
        OrganizationKey = jws.Jwk!,
    };
}
