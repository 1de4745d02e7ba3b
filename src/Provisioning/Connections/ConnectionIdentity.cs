using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Connections;

/// <summary>Whose call it is: what a right token at its own URL says.</summary>
/// <param name="Connection">Connection id.</param>
/// <param name="Organization">Organization id: all that the call may see.</param>
/// <param name="Kind">For labels only.</param>
internal sealed record ConnectionIdentity(string Connection, string Organization, ConnectionKind Kind);

/// <summary>What an administrator types into the IdP. The token is shown once: the core keeps its hash.</summary>
/// <param name="Id">Connection id.</param>
/// <param name="BaseUrl">Entra ID: Tenant URL. Okta: Base URL. Without a trailing slash.</param>
/// <param name="Token">Entra ID: secret token. Okta: bearer token.</param>
/// <param name="OldTokensUntil">When the tokens before this one end; null: there were none, or they have ended.</param>
internal sealed record ConnectionSecret(string Id, Uri BaseUrl, string Token, DateTimeOffset? OldTokensUntil)
{
    /// <summary>Says nothing of the token.</summary>
    public override string ToString() => $"{nameof(ConnectionSecret)} {Id}";
}

/// <summary>A connection as people see it.</summary>
/// <param name="Id">Connection id.</param>
/// <param name="Organization">Organization id.</param>
/// <param name="Kind">For labels.</param>
/// <param name="Name">Name.</param>
/// <param name="BaseUrl">Its SCIM base URL.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="TestedAt">Last read with a right token.</param>
/// <param name="LastUsedAt">Last call with a right token.</param>
/// <param name="ValidTokens">Valid tokens, the newest first: more than one while a token is being replaced.</param>
internal sealed record ConnectionView(
    string Id,
    string Organization,
    ConnectionKind Kind,
    string Name,
    Uri BaseUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset? TestedAt,
    DateTimeOffset? LastUsedAt,
    IReadOnlyList<TokenView> ValidTokens)
{
    /// <summary>How many tokens are valid.</summary>
    public int Tokens => ValidTokens.Count;

    /// <summary>The newest token; null where none is valid.</summary>
    public TokenView? Newest => ValidTokens.Count > 0 ? ValidTokens[0] : null;
}

/// <summary>A valid token as people see it.</summary>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="FirstUsedAt">First call with it; null: none yet.</param>
/// <param name="LastUsedAt">Last call with it, to the minute.</param>
/// <param name="ExpiresAt">When it ends; null: a newer one has to replace it first.</param>
internal sealed record TokenView(DateTimeOffset CreatedAt, DateTimeOffset? FirstUsedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? ExpiresAt);
