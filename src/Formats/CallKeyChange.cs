using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>The core's new call key, signed with the old one (core.md, section 4).</summary>
public sealed record CallKeyChange : TimedObject
{
    private const int MaxText = 512;

    /// <summary>Organization (<c>org</c>).</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>Thumbprint of the service's identity (<c>aud</c>).</summary>
    public required string Audience { get; init; }

    /// <summary>The new call key (<c>key</c>).</summary>
    public required SigningJwk Key { get; init; }

    /// <inheritdoc/>
    public override string Typ => JwsTypes.CallKey;

    /// <summary>One day.</summary>
    public override long MaxLifetime => 24 * 60 * 60;

    /// <summary>Reads an announcement. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out CallKeyChange? change, out string error)
        => TryParse(compact, JwsTypes.CallKey, JwsTypes.MaxJws, Read, out change, out error);

    private protected override void WriteClaims(Utf8JsonWriter json)
    {
        json.WriteString("org", Organization.Value);
        json.WriteString("aud", Audience);
        json.WritePropertyName("key");
        json.WriteRawValue(Key.ToJson());
        WriteTimes(json);
    }

    private static CallKeyChange Read(StrictJson claims, Jws jws) => new()
    {
        Jws = jws,
        Organization = claims.Organization("org"),
        Audience = claims.Text("aud", MaxText),
        Key = claims.SigningKey("key")!,
        IssuedAt = claims.Time("iat"),
        ExpiresAt = claims.Time("exp"),
    };
}
