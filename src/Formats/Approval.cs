using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>A member and the keys that an operator approves.</summary>
/// <param name="Member">The member.</param>
/// <param name="Keys">Ids of exactly the approved keys.</param>
public readonly record struct ApprovedMember(MemberId Member, KeyIds Keys);

/// <summary>An operator's word that these members have these keys (envelope.md, section 9).</summary>
public sealed record Approval : TimedObject
{
    /// <summary>Most members in one approval.</summary>
    public const int MaxMembers = 5_000;

    /// <summary>Organization (<c>org</c>).</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>1 to 5,000 members (<c>members</c>), none twice.</summary>
    public required IReadOnlyList<ApprovedMember> Members { get; init; }

    /// <summary>Id of this document (<c>jti</c>).</summary>
    public required string Id { get; init; }

    /// <inheritdoc/>
    public override string Typ => JwsTypes.Approval;

    /// <inheritdoc/>
    public override long MaxLifetime => Month;

    /// <summary>Reads an approval. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out Approval? approval, out string error)
        => TryParse(compact, JwsTypes.Approval, JwsTypes.MaxApproval, Read, out approval, out error);

    private protected override void WriteClaims(Utf8JsonWriter json)
    {
        json.WriteString("org", Organization.Value);
        json.WriteStartArray("members");
        foreach (var (member, keys) in Members)
        {
            json.WriteStartObject();
            json.WriteString("mem", member.Value);
            json.WriteKeyIds(keys);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteTimes(json);
        json.WriteString("jti", Id);
    }

    private static List<ApprovedMember> ReadMembers(StrictJson claims)
    {
        var members = new List<ApprovedMember>();
        var seen = new HashSet<MemberId>();
        foreach (var json in claims.NestedList("members", MaxMembers))
        {
            var member = new ApprovedMember(json.Member("mem"), json.KeyIds());
            json.Close();
            if (!seen.Add(member.Member))
            {
                claims.Fail("members", "must not name a member twice");
            }

            members.Add(member);
        }

        if (members.Count == 0)
        {
            claims.Fail("members", "must not be empty");
        }

        return members;
    }

    private static Approval Read(StrictJson claims, Jws jws) => new()
    {
        Jws = jws,
        Organization = claims.Organization("org"),
        Members = ReadMembers(claims),
        IssuedAt = claims.Time("iat"),
        ExpiresAt = claims.Time("exp"),
        Id = claims.IdOf("jti"),
    };
}
