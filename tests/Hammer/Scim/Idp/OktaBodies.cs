using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>What Okta sends.</summary>
internal static class OktaBodies
{
    public static JsonObject User(IdpUser user) => new()
    {
        ["schemas"] = new JsonArray(ScimText.User),
        ["userName"] = user.UserName,
        ["name"] = new JsonObject { ["givenName"] = "User", ["familyName"] = user.Handle },
        ["emails"] = new JsonArray(new JsonObject { ["primary"] = true, ["value"] = user.Email, ["type"] = "work" }),
        ["displayName"] = $"User {user.Handle}",
        ["locale"] = "en-US",
        ["externalId"] = user.ExternalId,
        ["groups"] = new JsonArray(),

        // Junk, sent whether or not passwords are synchronized: never to be kept.
        ["password"] = RandomNumberGenerator.GetHexString(12),
        ["active"] = true,
    };

    public static JsonObject Group(IdpGroup group, string name)
    {
        var body = new JsonObject { ["schemas"] = new JsonArray(ScimText.Group) };
        if (group.Id is not null)
        {
            body["id"] = group.Id;
        }

        body["displayName"] = name;
        body["members"] = new JsonArray([.. group.Members.Select(user => new JsonObject { ["value"] = user.RequiredId, ["display"] = user.UserName })]);
        return body;
    }
}
