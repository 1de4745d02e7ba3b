using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>An operator's word that ends a freeze: the statement that is ahead of the ledger (envelope.md, section 9).</summary>
public sealed record Recovery : TimedObject
{
    /// <summary>Organization (<c>org</c>).</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>Group (<c>grp</c>).</summary>
    public required GroupId Group { get; init; }

    /// <summary>Revision of the statement that is ahead (<c>rev</c>).</summary>
    public required ulong Revision { get; init; }

    /// <summary>Hash of the statement that is ahead (<c>stm</c>).</summary>
    public required Digest32 StatementHash { get; init; }

    /// <summary>Id of this document (<c>jti</c>).</summary>
    public required string Id { get; init; }

    /// <inheritdoc/>
    public override string Typ => JwsTypes.Recovery;

    /// <inheritdoc/>
    public override long MaxLifetime => Month;

    /// <summary>Reads a recovery. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out Recovery? recovery, out string error)
        => TryParse(compact, JwsTypes.Recovery, JwsTypes.MaxJws, Read, out recovery, out error);

    private protected override void WriteClaims(Utf8JsonWriter json)
    {
        json.WriteString("org", Organization.Value);
        json.WriteString("grp", Group.Value);
        json.WriteNumber("rev", Revision);
        json.WriteString("stm", StatementHash.ToString());
        WriteTimes(json);
        json.WriteString("jti", Id);
    }

    private static Recovery Read(StrictJson claims, Jws jws) => new()
    {
        Jws = jws,
        Organization = claims.Organization("org"),
        Group = claims.Group("grp"),
        Revision = claims.Number("rev", minimum: 1),
        StatementHash = claims.Digest("stm"),
        IssuedAt = claims.Time("iat"),
        ExpiresAt = claims.Time("exp"),
        Id = claims.IdOf("jti"),
    };
}
