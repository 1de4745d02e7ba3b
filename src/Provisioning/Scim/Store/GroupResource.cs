using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Scim.Store;

/// <summary>From groups' rows to SCIM groups.</summary>
internal static class GroupResource
{
    /// <summary>The group; <paramref name="members"/> null: without a word on them.</summary>
    public static JsonObject Write(GroupRow row, IEnumerable<GroupMember>? members, string baseUrl) => ResourceWriter.Write(
        row.DisplayName,
        row.ExternalId,
        members,
        new ResourceMeta(row.Id, row.CreatedAt, row.ModifiedAt, ResourceMeta.LocationOf(baseUrl, ResourceType.Group, row.Id)));
}
