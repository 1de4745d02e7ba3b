using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Scim;

namespace EncryptionService.Provisioning.Tests.Scim;

/// <summary>Requests as a client would send them, brought as far as a test needs.</summary>
internal static class Bodies
{
    public const string UserId = "u-1";

    public const string Person = """
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Ada@Example.com","externalId":"00uA","active":true,"displayName":"Ada L",
         "name":{"givenName":"Ada","familyName":"Lovelace"},
         "emails":[{"value":"ada@example.com","type":"work","primary":true},{"value":"ada@home.example","type":"home"}]}
        """;

    public static JsonObject Read(string json)
    {
        Assert.True(ScimJson.TryReadObject(Encoding.UTF8.GetBytes(json), out var read, out var error), error?.Detail);
        return read;
    }

    public static UserBody User(string json)
    {
        Assert.True(UserBody.TryRead(Read(json), out var user, out var error), error?.Detail);
        return user;
    }

    public static ScimError UserError(string json)
    {
        Assert.False(UserBody.TryRead(Read(json), out _, out var error));
        return error;
    }

    /// <summary>A PatchOp body around operations in JSON.</summary>
    public static string PatchText(string operations) => $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operations}}]}""";

    public static PatchRequest Patch(string operations)
    {
        Assert.True(PatchRequest.TryRead(Read(PatchText(operations)), out var patch, out var error), error?.Detail);
        return patch;
    }

    /// <summary>The person (or another user) after a PATCH.</summary>
    public static JsonObject Patched(string operations, string user = Person)
    {
        var before = User(user);
        var stored = before.ToStored();
        Assert.True(UserPatch.TryApply(before, Patch(operations), UserId, out var patched, out var error), error?.Detail);
        Assert.Equal(stored, before.ToStored());
        return patched.Attributes;
    }

    /// <summary>What a PATCH on the person (or another user) is refused with; the person is as before.</summary>
    public static ScimError PatchError(string operations, string user = Person)
    {
        var before = User(user);
        var stored = before.ToStored();
        if (PatchRequest.TryRead(Read(PatchText(operations)), out var patch, out var error))
        {
            Assert.False(UserPatch.TryApply(before, patch, UserId, out _, out error));
        }

        Assert.Equal(stored, before.ToStored());
        return error!;
    }

    public static GroupChange GroupChange(string operations)
    {
        Assert.True(GroupPatch.TryRead(Patch(operations), "g-1", out var change, out var error), error?.Detail);
        return change;
    }

    public static ScimError GroupError(string operations)
    {
        if (PatchRequest.TryRead(Read(PatchText(operations)), out var patch, out var error))
        {
            Assert.False(GroupPatch.TryRead(patch, "g-1", out _, out error));
        }

        return error!;
    }

    public static Filter Filter(string text, ResourceType? type = null)
    {
        Assert.True(Provisioning.Scim.Filter.TryParse(text, type ?? ResourceType.User, out var filter, out var error), error?.ToString());
        return filter;
    }

    public static ScimError FilterError(string text, ResourceType? type = null)
    {
        Assert.False(Provisioning.Scim.Filter.TryParse(text, type ?? ResourceType.User, out _, out var error));
        return error.ToScimError();
    }

    /// <summary>The answer about a user.</summary>
    public static JsonObject Answer(string user) => ResourceWriter.Write(User(user), true, Meta(ResourceType.User, UserId));

    public static ResourceMeta Meta(ResourceType type, string id) => new(
        id,
        new DateTimeOffset(2026, 3, 1, 10, 0, 0, 7, TimeSpan.Zero),
        new DateTimeOffset(2026, 3, 2, 12, 30, 0, 0, TimeSpan.FromHours(2)),
        ResourceMeta.LocationOf("http://localhost:5000/scim/c-1/v2", type, id));

    public static void Same(string expected, JsonNode? actual)
        => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}\nactual   {actual?.ToJsonString()}");
}
