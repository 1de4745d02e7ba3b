using System.Globalization;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>What the server adds to a resource.</summary>
/// <param name="Id">Made by the server.</param>
/// <param name="Created">When.</param>
/// <param name="LastModified">When.</param>
/// <param name="Location">Absolute address of the resource; also the <c>Location</c> of a 201.</param>
internal sealed record ResourceMeta(string Id, DateTimeOffset Created, DateTimeOffset LastModified, string Location)
{
    /// <summary>Address of a resource below the base URL of a connection, which has no slash at its end.</summary>
    public static string LocationOf(string baseUrl, ResourceType type, string id) => $"{baseUrl}{type.Endpoint}/{id}";
}

/// <summary>One entry of a group's <c>members</c>. Absent parts are left out.</summary>
internal readonly record struct GroupMember(string Id, string? Display, string? Location);

/// <summary>Writes users and groups for answers: no nulls, no empty lists, <c>id</c> and <c>schemas</c> always (docs/spec/scim.md, 7 to 9, 43, 44).</summary>
internal static class ResourceWriter
{
    /// <summary>A user. E-mail addresses that were never sent are derived from the userName; they are not stored.</summary>
    public static JsonObject Write(UserBody user, bool active, ResourceMeta meta)
    {
        var kept = user.Attributes;
        var extensions = ResourceType.User.Extensions.Where(extension => kept.ContainsKey(extension.Id)).ToList();
        var json = Begin([UserSchema.CoreUrn, .. extensions.Select(extension => extension.Id)], meta);
        foreach (var attribute in UserSchema.Core.Attributes)
        {
            if (attribute == UserSchema.Active)
            {
                json[attribute.Name] = active;
            }
            else if (kept[attribute.Name] is { } value)
            {
                if (value is not JsonArray { Count: 0 })
                {
                    json[attribute.Name] = value.DeepClone();
                }
            }
            else if (attribute == UserSchema.Emails)
            {
                json[attribute.Name] = new JsonArray(new JsonObject { ["value"] = user.UserName, ["type"] = "work", ["primary"] = true });
            }
        }

        foreach (var extension in extensions)
        {
            json[extension.Id] = kept[extension.Id]!.DeepClone();
        }

        return End(json, ResourceType.User, meta);
    }

    /// <summary>A group. <paramref name="members"/> is null where the answer must not name them.</summary>
    public static JsonObject Write(string displayName, string? externalId, IEnumerable<GroupMember>? members, ResourceMeta meta)
    {
        var json = Begin([GroupSchema.CoreUrn], meta);
        json["displayName"] = displayName;
        if (externalId is not null)
        {
            json["externalId"] = externalId;
        }

        if (members is not null)
        {
            var list = new JsonArray();
            foreach (var member in members)
            {
                list.Add(Write(member));
            }

            json["members"] = list;
        }

        return End(json, ResourceType.Group, meta);
    }

    /// <summary>A time as in <c>meta</c>: UTC, with <c>Z</c>.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static JsonObject Write(GroupMember member)
    {
        var json = new JsonObject { ["value"] = member.Id };
        if (member.Display is not null)
        {
            json["display"] = member.Display;
        }

        json["type"] = ResourceType.User.Name;
        if (member.Location is not null)
        {
            json["$ref"] = member.Location;
        }

        return json;
    }

    private static JsonObject Begin(IEnumerable<string> schemas, ResourceMeta meta) => new()
    {
        ["schemas"] = new JsonArray([.. schemas.Select(schema => JsonValue.Create(schema))]),
        ["id"] = meta.Id,
    };

    private static JsonObject End(JsonObject json, ResourceType type, ResourceMeta meta)
    {
        json["meta"] = new JsonObject
        {
            ["resourceType"] = type.Name,
            ["created"] = Write(meta.Created),
            ["lastModified"] = Write(meta.LastModified),
            ["location"] = meta.Location,
        };
        return json;
    }
}
