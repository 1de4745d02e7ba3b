using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Directory;

/// <summary>A member as the directory wants it.</summary>
/// <param name="UserName">SCIM userName exactly as sent.</param>
/// <param name="ExternalId">SCIM externalId, or null.</param>
/// <param name="DisplayName">SCIM displayName, or null.</param>
/// <param name="Active">SCIM active.</param>
/// <param name="Profile">All other kept attributes, a JSON object.</param>
internal sealed record MemberDraft(string UserName, string? ExternalId, string? DisplayName, bool Active, string Profile)
{
    /// <summary>A member as it is.</summary>
    public static MemberDraft Of(MemberRow row) => new(row.UserName, row.ExternalId, row.DisplayName, row.Active, row.Profile);
}
