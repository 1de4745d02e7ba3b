using System.Text.Json.Nodes;

namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>What Entra ID posts: the gallery application's short form, and the long one of an application of one's own.</summary>
internal static class EntraBodies
{
    public static JsonObject User(IdpUser user) => user.Number % 2 == 0 && user.HasPlainName ? Gallery(user) : Own(user);

    public static JsonObject Group(IdpGroup group, string name) => new()
    {
        ["schemas"] = new JsonArray(ScimText.Group, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"),
        ["externalId"] = $"00000000-0000-4000-8000-{group.Number:D12}",
        ["displayName"] = name,
        ["meta"] = new JsonObject { ["resourceType"] = "Group" },
    };

    public static JsonArray Members(IEnumerable<IdpUser> users) =>
        [.. users.Select(user => new JsonObject { ["$ref"] = null, ["value"] = user.RequiredId })];

    private static JsonObject Gallery(IdpUser user) => new()
    {
        ["schemas"] = new JsonArray(ScimText.User, ScimText.Enterprise),
        ["externalId"] = user.Handle,
        ["userName"] = user.UserName,
        ["active"] = true,
        ["meta"] = new JsonObject { ["resourceType"] = "User" },
        ["roles"] = new JsonArray(),
    };

    private static JsonObject Own(IdpUser user) => new()
    {
        ["schemas"] = new JsonArray(ScimText.User, ScimText.Enterprise),
        ["externalId"] = user.Handle,
        ["userName"] = user.UserName,
        ["active"] = "True",
        ["displayName"] = $"User {user.Handle}",
        ["title"] = null,
        ["emails"] = new JsonArray(new JsonObject { ["primary"] = true, ["type"] = "work", ["value"] = user.Email }),
        ["name"] = new JsonObject { ["formatted"] = $"User {user.Handle}", ["familyName"] = user.Handle, ["givenName"] = "User" },
        ["addresses"] = new JsonArray(new JsonObject { ["type"] = "work", ["locality"] = "Zürich" }),
        ["phoneNumbers"] = new JsonArray(new JsonObject { ["type"] = "mobile", ["value"] = "+41 1 234 56 78" }),
        [ScimText.Enterprise] = new JsonObject { ["employeeNumber"] = user.Handle, ["department"] = null },
        ["meta"] = new JsonObject { ["resourceType"] = "User" },
        ["roles"] = new JsonArray(),
    };
}
