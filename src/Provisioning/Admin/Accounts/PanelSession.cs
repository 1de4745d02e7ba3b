using EncryptionService.Provisioning.Directory;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>A session that a request came with: who it is, and the one organization that may be seen.</summary>
/// <param name="Hash">Hash of the token; what antiforgery tokens are bound to.</param>
/// <param name="Id">What the list of sessions names it by.</param>
/// <param name="Administrator">Administrator id.</param>
/// <param name="Name">Administrator's name.</param>
/// <param name="Email">Administrator's e-mail address.</param>
/// <param name="Organization">Organization id.</param>
/// <param name="OrganizationName">Organization's name.</param>
/// <param name="Notice">What this page says at its top, once; null: nothing.</param>
internal sealed record PanelSession(
    string Hash, string Id, string Administrator, string Name, string Email, string Organization, string OrganizationName, string? Notice)
{
    /// <summary>For the audit trail.</summary>
    public Actor Actor => Actor.Administrator(Administrator);
}

/// <summary>A session in the list of an administrator's own.</summary>
internal sealed record SessionView(string Id, string Client, string Address, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt);
