namespace EncryptionService.Provisioning.Database;

/// <summary>Which directory a connection is for. Changes labels only: every connection speaks all dialects.</summary>
public enum ConnectionKind
{
    /// <summary>Microsoft Entra ID.</summary>
    EntraId,

    /// <summary>Okta.</summary>
    Okta,
}

/// <summary>An organization's IdP credential, with a base URL of its own.</summary>
public sealed class ConnectionRow
{
    /// <summary>Id: part of the base URL; letters and digits only.</summary>
    public required string Id { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>For labels.</summary>
    public required ConnectionKind Kind { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the IdP's test of the connection last came (a read with the right token).</summary>
    public DateTimeOffset? TestedAt { get; set; }

    /// <summary>Last call with a right token, to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>A token of a connection, hashed. Two are valid while one is being replaced.</summary>
public sealed class ConnectionTokenRow
{
    /// <summary>b64u of SHA-256 of the token.</summary>
    public required string Hash { get; init; }

    /// <summary>Connection.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>First call with this token: the IdP's test of the connection; null: none yet.</summary>
    public DateTimeOffset? FirstUsedAt { get; set; }

    /// <summary>Last call with this token, to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>End of validity: set when a newer token replaces it.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}
