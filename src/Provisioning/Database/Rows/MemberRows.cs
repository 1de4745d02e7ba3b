namespace EncryptionService.Provisioning.Database;

/// <summary>A person with a SCIM user.</summary>
public sealed class MemberRow
{
    /// <summary>Member id: SCIM id and id on the wire; never used again.</summary>
    public required string Id { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>SCIM userName exactly as sent.</summary>
    public required string UserName { get; set; }

    /// <summary><see cref="UserName"/> folded: unique in the organization.</summary>
    public required string UserNameKey { get; set; }

    /// <summary>SCIM externalId exactly as sent, or null.</summary>
    public string? ExternalId { get; set; }

    /// <summary>SCIM displayName exactly as sent, or null.</summary>
    public string? DisplayName { get; set; }

    /// <summary>SCIM active. False: suspended, or the invitation is forbidden.</summary>
    public required bool Active { get; set; }

    /// <summary>When <see cref="Active"/> last became false; null while it is true.</summary>
    public DateTimeOffset? SuspendedAt { get; set; }

    /// <summary>When the invitation was accepted; null: pending.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>All other SCIM attributes that are kept, a JSON object.</summary>
    public required string Profile { get; set; }

    /// <summary>meta.created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>meta.lastModified.</summary>
    public required DateTimeOffset ModifiedAt { get; set; }
}

/// <summary>The keys that a member registered.</summary>
public sealed class MemberKeysRow
{
    /// <summary>Member.</summary>
    public required string MemberId { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>HPKE key, a JWK.</summary>
    public required string HpkeJwk { get; set; }

    /// <summary>Signing key, a JWK.</summary>
    public required string SigningJwk { get; set; }

    /// <summary>Suite of the HPKE key.</summary>
    public required string Alg { get; set; }

    /// <summary>Thumbprint of the HPKE key.</summary>
    public required string Hpke { get; set; }

    /// <summary>Thumbprint of the signing key: unique, because calls name their caller by it.</summary>
    public required string Signing { get; set; }

    /// <summary>The pin counter that the next key change replaces: 1, 2, …</summary>
    public required long Counter { get; set; }

    /// <summary>True once the service has wrapped something to these keys.</summary>
    public bool Pinned { get; set; }

    /// <summary>The eec-registration+jwt.</summary>
    public required string Registration { get; set; }

    /// <summary>When these keys were registered.</summary>
    public required DateTimeOffset RegisteredAt { get; set; }
}

/// <summary>A signed key change that the service has to see before it takes the newer keys.</summary>
public sealed class KeyChangeRow
{
    /// <summary>Member.</summary>
    public required string MemberId { get; init; }

    /// <summary>Counter that it replaces.</summary>
    public required long Counter { get; init; }

    /// <summary>The eec-key-change+jwt.</summary>
    public required string Document { get; init; }

    /// <summary>New HPKE key, a JWK.</summary>
    public required string HpkeJwk { get; init; }

    /// <summary>New signing key, a JWK.</summary>
    public required string SigningJwk { get; init; }

    /// <summary>True once the service has taken it.</summary>
    public bool Delivered { get; set; }
}

/// <summary>The invitation of a member, and the mail that carries it.</summary>
public sealed class InvitationRow
{
    /// <summary>Member.</summary>
    public required string MemberId { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>When a mail has to go out; null: none has to.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>When the last mail went out.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Failed attempts at the mail that is due.</summary>
    public int Attempts { get; set; }

    /// <summary>Why the last attempt failed, for people.</summary>
    public string? Problem { get; set; }
}

/// <summary>A token of an invitation, hashed. A resent mail carries a new one.</summary>
public sealed class InvitationTokenRow
{
    /// <summary>b64u of SHA-256 of the token.</summary>
    public required string Hash { get; init; }

    /// <summary>Member.</summary>
    public required string MemberId { get; init; }

    /// <summary>End of validity.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
