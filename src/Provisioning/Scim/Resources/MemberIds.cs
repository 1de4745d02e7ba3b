using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Reads lists of members: <c>[{"value":"id"},...]</c>, one such object, or bare ids.</summary>
internal static class MemberIds
{
    public static bool TryRead(JsonNode list, [NotNullWhen(true)] out IReadOnlyList<string>? ids, [NotNullWhen(false)] out ScimError? error)
    {
        var found = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in ScimJson.Items(list))
        {
            if (ScimJson.AsText(item is JsonObject member ? member["value"] : item) is not { Length: > 0 } id)
            {
                (ids, error) = (null, ScimError.InvalidValue("Each of 'members' must have the id of a user as its 'value'."));
                return false;
            }

            if (known.Add(id))
            {
                found.Add(id);
            }
        }

        (ids, error) = (found, null);
        return true;
    }
}
