using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>What we keep of a user, in canonical spelling and order, exactly as it was sent otherwise.</summary>
internal sealed class UserBody
{
    private UserBody(JsonObject attributes) => Attributes = attributes;

    /// <summary>The kept attributes: a resource without <c>id</c>, <c>meta</c> and <c>schemas</c>. MUST NOT be changed by the caller.</summary>
    public JsonObject Attributes { get; }

    /// <summary>Never empty.</summary>
    public string UserName => ScimJson.AsText(Attributes[UserSchema.UserName.Name])!;

    public string? ExternalId => ScimJson.AsText(Attributes[UserSchema.ExternalId.Name]);

    public string? DisplayName => ScimJson.AsText(Attributes[UserSchema.DisplayName.Name]);

    /// <summary>Null where nothing was said: true for a new user, as it was for one that is there (docs/spec/scim.md, 10 and 45).</summary>
    public bool? Active => Attributes[UserSchema.Active.Name]?.GetValue<bool>();

    /// <summary>Where mail goes: the primary address, else the first one, else the userName.</summary>
    public string MailAddress
    {
        get
        {
            var emails = (Attributes[UserSchema.Emails.Name] as JsonArray)?.OfType<JsonObject>().Where(email => ScimJson.AsText(email["value"]) is { Length: > 0 }).ToList() ?? [];
            var chosen = emails.FirstOrDefault(email => email["primary"]?.GetValue<bool>() == true) ?? emails.FirstOrDefault();
            return ScimJson.AsText(chosen?["value"]) ?? UserName;
        }
    }

    /// <summary>Reads the body of a POST or PUT; what we do not keep is left out without a word (docs/spec/scim.md, 10, 16, 35, 36).</summary>
    public static bool TryRead(JsonObject body, [NotNullWhen(true)] out UserBody? user, [NotNullWhen(false)] out ScimError? error)
    {
        user = null;
        if (!AttributeValues.TryReadAll(ResourceType.User, body, out var attributes, out error))
        {
            return false;
        }

        user = new UserBody(attributes);
        return true;
    }

    /// <summary>From the text that <see cref="ToStored"/> made.</summary>
    public static UserBody FromStored(string json) => new(ScimJson.ReadStored(json));

    /// <summary>For a column of the database.</summary>
    public string ToStored() => ScimJson.ToText(Attributes);

    /// <summary>The same user, active or not.</summary>
    public UserBody WithActive(bool active)
    {
        var attributes = Attributes.DeepClone().AsObject();
        attributes[UserSchema.Active.Name] = active;
        return new UserBody(attributes);
    }

    /// <summary>True if nothing that we keep differs.</summary>
    public bool IsSame(UserBody other) => JsonNode.DeepEquals(Attributes, other.Attributes);

    /// <summary>For <see cref="UserPatch"/>, which keeps the invariants.</summary>
    internal static UserBody FromPatched(JsonObject attributes) => new(attributes);
}
