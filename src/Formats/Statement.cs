using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>The older key of a group, sealed under the key of this epoch (envelope.md, section 5).</summary>
/// <param name="OlderEpoch">Epoch of the sealed key; 0 for an adopted one.</param>
/// <param name="SealedKey">AES-256-GCM ciphertext and tag, 48 bytes.</param>
public sealed record KeyLink(ulong OlderEpoch, ReadOnlyMemory<byte> SealedKey)
{
    /// <summary>Bytes of a sealed key.</summary>
    public const int Size = 48;

    /// <summary>True if epoch and bytes are the same.</summary>
    public bool Equals(KeyLink? other)
        => other is not null && OlderEpoch == other.OlderEpoch && SealedKey.Span.SequenceEqual(other.SealedKey.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => OlderEpoch.GetHashCode();
}

/// <summary>The service's signed word on a group: epoch, revision, roster, key (envelope.md, section 6).</summary>
public sealed record Statement : SignedObject
{
    /// <summary>Thumbprint of the signing identity (<c>iss</c>).</summary>
    public required Thumbprint Issuer { get; init; }

    /// <summary>Organization (<c>org</c>).</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>Group (<c>grp</c>).</summary>
    public required GroupId Group { get; init; }

    /// <summary>Epoch (<c>epo</c>); 0 while the group has no vault key.</summary>
    public required ulong Epoch { get; init; }

    /// <summary>Revision (<c>rev</c>): 1, 2, …</summary>
    public required ulong Revision { get; init; }

    /// <summary>Hash of the previous statement (<c>prev</c>); null exactly at revision 1.</summary>
    public Digest32? Previous { get; init; }

    /// <summary>Commitment of the vault key (<c>commit</c>); null exactly at epoch 0.</summary>
    public Digest32? Commitment { get; init; }

    /// <summary>Root of the roster (<c>roster</c>).</summary>
    public required Digest32 Roster { get; init; }

    /// <summary>Suites that the organization allows (<c>suites</c>), strongest first.</summary>
    public required IReadOnlyList<Suite> Suites { get; init; }

    /// <summary>Time of signing (<c>iat</c>), seconds since 1970.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>What the unit did (<c>why</c>), sorted; see <see cref="StatementReasons"/>.</summary>
    public required IReadOnlyList<string> Why { get; init; }

    /// <summary>The older key (<c>link</c>), or null.</summary>
    public KeyLink? Link { get; init; }

    /// <summary>Commitment of the adopted key (<c>adopted</c>); null unless the link leads to epoch 0.</summary>
    public Digest32? Adopted { get; init; }

    /// <summary>True in the final statement of a deleted group (<c>end</c>).</summary>
    public bool End { get; init; }

    /// <inheritdoc/>
    public override string Typ => JwsTypes.Statement;

    /// <summary>The statement hash: over <c>header.payload</c>, never over the signature.</summary>
    public Digest32 Hash => Jws.Hash;

    /// <summary>Reads a statement. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out Statement? statement, out string error)
        => TryParse(compact, JwsTypes.Statement, JwsTypes.MaxJws, Read, out statement, out error);

    /// <summary>True if this statement continues <paramref name="previous"/>; otherwise says why not. Signatures are not looked at.</summary>
    public bool Continues(Statement previous, out string reason)
    {
        ArgumentNullException.ThrowIfNull(previous);
        reason = Organization != previous.Organization ? "another organization"
            : Group != previous.Group ? "another group"
            : previous.End ? "the group has ended"
            : Revision != previous.Revision + 1 ? $"revision {Revision} does not follow {previous.Revision}"
            : Previous != previous.Hash ? "it names another previous statement"
            : Epoch < previous.Epoch ? "the epoch went back"
            : Epoch > previous.Epoch ? ""
            : Commitment != previous.Commitment || Link != previous.Link || Adopted != previous.Adopted ? "another key for the same epoch"
            : "";
        return reason.Length == 0;
    }

    private protected override void WriteClaims(Utf8JsonWriter json)
    {
        json.WriteString("iss", Issuer.ToString());
        json.WriteString("org", Organization.Value);
        json.WriteString("grp", Group.Value);
        json.WriteNumber("epo", Epoch);
        json.WriteNumber("rev", Revision);
        WriteDigest(json, "prev", Previous);
        WriteDigest(json, "commit", Commitment);
        WriteDigest(json, "roster", Roster);
        WriteTexts(json, "suites", Suites.Select(suite => suite.Name));
        json.WriteNumber("iat", IssuedAt);
        WriteTexts(json, "why", Why);
        if (Link is not null)
        {
            json.WriteStartObject("link");
            json.WriteNumber("epo", Link.OlderEpoch);
            json.WriteString("key", Base64UrlText.Encode(Link.SealedKey.Span));
            json.WriteEndObject();
        }

        WriteDigest(json, "adopted", Adopted);
        if (End)
        {
            json.WriteBoolean("end", true);
        }
    }

    private static Statement Read(StrictJson claims, Jws jws)
    {
        var statement = new Statement
        {
            Jws = jws,
            Issuer = claims.Thumbprint("iss"),
            Organization = claims.Organization("org"),
            Group = claims.Group("grp"),
            Epoch = claims.Number("epo"),
            Revision = claims.Number("rev", minimum: 1),
            Previous = claims.DigestOrAbsent("prev"),
            Commitment = claims.DigestOrAbsent("commit"),
            Roster = claims.Digest("roster"),
            Suites = ReadSuites(claims),
            IssuedAt = claims.Time("iat"),
            Why = ReadReasons(claims),
            Link = ReadLink(claims),
            Adopted = claims.DigestOrAbsent("adopted"),
            End = claims.TrueOrAbsent("end"),
        };
        Check(claims, statement.Issuer == jws.Kid, "iss", "must equal 'kid'");
        Check(claims, statement.Previous is null == (statement.Revision == 1), "prev", "must be absent exactly at revision 1");
        Check(claims, statement.Commitment is null == (statement.Epoch == 0), "commit", "must be absent exactly at epoch 0");
        Check(claims, statement.Link is null || statement.Link.OlderEpoch < statement.Epoch, "link", "must lead to an older epoch");
        Check(claims, statement.Adopted is not null == (statement.Link is { OlderEpoch: 0 }), "adopted", "must be there exactly if 'link' leads to epoch 0");
        return statement;
    }

    private static List<Suite> ReadSuites(StrictJson claims)
    {
        var suites = new List<Suite>();
        foreach (var name in claims.Texts("suites", Suite.All.Count, IdText.MaxLength))
        {
            if (!Suite.TryGet(name, out var suite) || (suites.Count > 0 && suite.Strength >= suites[^1].Strength))
            {
                claims.Fail("suites", "must hold known suites, strongest first, none twice");
                break;
            }

            suites.Add(suite);
        }

        Check(claims, suites.Count > 0, "suites", "must not be empty");
        return suites;
    }

    private static IReadOnlyList<string> ReadReasons(StrictJson claims)
    {
        var reasons = claims.Texts("why", StatementReasons.All.Length, IdText.MaxLength);
        for (var index = 0; index < reasons.Count; index++)
        {
            if (!StatementReasons.All.Contains(reasons[index]) || (index > 0 && string.CompareOrdinal(reasons[index - 1], reasons[index]) >= 0))
            {
                claims.Fail("why", "must hold known words, sorted, none twice");
            }
        }

        return reasons;
    }

    private static KeyLink? ReadLink(StrictJson claims)
    {
        if (!claims.Has("link") || claims.Nested("link") is not { } link)
        {
            return null;
        }

        var read = new KeyLink(link.Number("epo"), link.Bytes("key", KeyLink.Size));
        link.Close();
        return read;
    }

    private static void Check(StrictJson claims, bool holds, string name, string problem)
    {
        if (!holds)
        {
            claims.Fail(name, problem);
        }
    }

    private static void WriteDigest(Utf8JsonWriter json, string name, Digest32? digest)
    {
        if (digest is { } value)
        {
            json.WriteString(name, value.ToString());
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
