namespace EncryptionService.Provisioning.Database;

/// <summary>Somebody who signs in to the panel, for one organization.</summary>
public sealed class AdministratorRow
{
    /// <summary>Administrator id.</summary>
    public required string Id { get; init; }

    /// <summary>Organization.</summary>
    public required string OrganizationId { get; init; }

    /// <summary>E-mail address, which is the name to sign in with.</summary>
    public required string Email { get; init; }

    /// <summary><see cref="Email"/> folded: unique in the core.</summary>
    public required string EmailKey { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Hash of the password, with its parameters (docs/spec/panel.md, section 2).</summary>
    public required string PasswordHash { get; set; }

    /// <summary>Secret of the authenticator app, protected (Admin.TotpSecrets).</summary>
    public required byte[] TotpSecret { get; set; }

    /// <summary>Step of the last code that was taken: no earlier one is good again.</summary>
    public required long TotpStep { get; set; }

    /// <summary>Failed sign-ins that count.</summary>
    public int Failures { get; set; }

    /// <summary>The last of them.</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>Nobody signs in before; null: not locked.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>When the account was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last sign-in.</summary>
    public DateTimeOffset? SignedInAt { get; set; }
}

/// <summary>A session of the panel. The cookie has the token, this row its hash.</summary>
public sealed class AdministratorSessionRow
{
    /// <summary>b64u of SHA-256 of the token.</summary>
    public required string Hash { get; init; }

    /// <summary>What the list of sessions names it by. No secret.</summary>
    public required string Id { get; init; }

    /// <summary>Administrator.</summary>
    public required string AdministratorId { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last request, to the minute.</summary>
    public required DateTimeOffset SeenAt { get; set; }

    /// <summary>When it ends, used or not.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The browser, for people.</summary>
    public required string Client { get; init; }

    /// <summary>The caller's address when it began.</summary>
    public required string Address { get; init; }

    /// <summary>What the next page says at its top, once; null: nothing.</summary>
    public string? Notice { get; set; }
}

/// <summary>A recovery code, hashed. It is deleted when it is used.</summary>
public sealed class RecoveryCodeRow
{
    /// <summary>Administrator.</summary>
    public required string AdministratorId { get; init; }

    /// <summary>b64u of SHA-256 of the code.</summary>
    public required string Hash { get; init; }
}
