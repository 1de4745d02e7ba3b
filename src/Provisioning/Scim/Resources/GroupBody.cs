using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>The body of a POST or PUT of a group (docs/spec/scim.md, 25 and 40).</summary>
/// <param name="DisplayName">Not empty, as sent.</param>
/// <param name="ExternalId">Null where it was not sent.</param>
/// <param name="Members">Ids of users, each once, as sent; null where nothing was said about members: they stay as they are.</param>
internal sealed record GroupBody(string DisplayName, string? ExternalId, IReadOnlyList<string>? Members)
{
    /// <summary>Reads a body; what we do not keep is left out without a word.</summary>
    public static bool TryRead(JsonObject body, [NotNullWhen(true)] out GroupBody? group, [NotNullWhen(false)] out ScimError? error)
    {
        group = null;
        if (!AttributeValues.TryRead(GroupSchema.DisplayName, body[GroupSchema.DisplayName.Name], out var displayName, out error)
            || !AttributeValues.TryRead(UserSchema.ExternalId, body[UserSchema.ExternalId.Name], out var externalId, out error))
        {
            return false;
        }

        IReadOnlyList<string>? members = null;
        if (body[GroupSchema.Members.Name] is { } list && !MemberIds.TryRead(list, out members, out error))
        {
            return false;
        }

        group = new GroupBody(ScimJson.AsText(displayName)!, ScimJson.AsText(externalId), members);
        return true;
    }
}
