using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>Word of a member's old key, or of an operator, that the member's keys change (envelope.md, section 9).</summary>
public sealed record KeyChange : TimedObject
{
    /// <summary>Organization (<c>org</c>).</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>Member (<c>mem</c>).</summary>
    public required MemberId Member { get; init; }

    /// <summary>The keys before (<c>old</c>).</summary>
    public required KeyIds Old { get; init; }

    /// <summary>The keys after (<c>new</c>).</summary>
    public required KeyIds New { get; init; }

    /// <summary>The pin counter that this replaces (<c>cnt</c>): 1, 2, …</summary>
    public required ulong Counter { get; init; }

    /// <inheritdoc/>
    public override string Typ => JwsTypes.KeyChange;

    /// <inheritdoc/>
    public override long MaxLifetime => Month;

    /// <summary>Reads a key change. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out KeyChange? change, out string error)
        => TryParse(compact, JwsTypes.KeyChange, JwsTypes.MaxJws, Read, out change, out error);

    private protected override void WriteClaims(Utf8JsonWriter json)
    {
        json.WriteString("org", Organization.Value);
        json.WriteString("mem", Member.Value);
        WriteIds(json, "old", Old);
        WriteIds(json, "new", New);
        json.WriteNumber("cnt", Counter);
        WriteTimes(json);
    }

    private static void WriteIds(Utf8JsonWriter json, string name, KeyIds ids)
    {
        json.WriteStartObject(name);
        json.WriteKeyIds(ids);
        json.WriteEndObject();
    }

    private static KeyIds ReadIds(StrictJson claims, string name)
    {
        if (claims.Nested(name) is not { } json)
        {
            return default;
        }

        var ids = json.KeyIds();
        json.Close();
        return ids;
    }

    private static KeyChange Read(StrictJson claims, Jws jws) => new()
    {
        Jws = jws,
        Organization = claims.Organization("org"),
        Member = claims.Member("mem"),
        Old = ReadIds(claims, "old"),
        New = ReadIds(claims, "new"),
        Counter = claims.Number("cnt", minimum: 1),
        IssuedAt = claims.Time("iat"),
        ExpiresAt = claims.Time("exp"),
    };
}
