namespace EncryptionService.Provisioning.Scim.Http;

/// <summary>What an address below a connection's base URL stands for.</summary>
internal enum ScimPlace
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><c>/Users</c>.</summary>
    Users,

    /// <summary><c>/Users/{id}</c>.</summary>
    User,

    /// <summary><c>/Groups</c>.</summary>
    Groups,

    /// <summary><c>/Groups/{id}</c>.</summary>
    Group,

    /// <summary><c>/ServiceProviderConfig</c>.</summary>
    ServiceProviderConfig,

    /// <summary><c>/ResourceTypes</c>.</summary>
    ResourceTypes,

    /// <summary><c>/ResourceTypes/{name}</c>.</summary>
    ResourceType,

    /// <summary><c>/Schemas</c>.</summary>
    Schemas,

    /// <summary><c>/Schemas/{urn}</c>.</summary>
    Schema,

    /// <summary>What RFC 7644 has and this server does not: <c>/Bulk</c>, <c>/Me</c>, <c>/.search</c>.</summary>
    NotImplemented,
}

/// <summary>A path below <c>/scim</c>, taken apart (docs/spec/scim.md, 49).</summary>
/// <param name="Connection">Connection id; null where the path has no such place.</param>
/// <param name="Place">What it stands for.</param>
/// <param name="Id">Last part of it, or null.</param>
internal readonly record struct ScimTarget(string? Connection, ScimPlace Place, string? Id)
{
    private const string Version = "v2";

    /// <summary>Methods that the place takes, for <c>Allow</c>.</summary>
    public string Methods => Place switch
    {
        ScimPlace.Users or ScimPlace.Groups => "GET, POST",
        ScimPlace.User or ScimPlace.Group => "GET, PUT, PATCH, DELETE",
        _ => "GET",
    };

    /// <summary>Takes a path apart. A slash at the end says nothing.</summary>
    /// <param name="path">Decoded, from <c>/scim</c> on.</param>
    public static ScimTarget Of(string path)
    {
        var parts = path.Split('/')[2..];
        parts = parts is [.., ""] ? parts[..^1] : parts;
        return parts switch
        {
            [{ Length: > 0 } connection, Version, .. var rest] => new(connection, PlaceOf(rest), rest.Length == 2 ? rest[1] : null),
            _ => default,
        };
    }

    private static ScimPlace PlaceOf(string[] parts) => parts switch
    {
        ["Bulk"] or ["Me"] or [".search"] or ["Users" or "Groups", ".search"] or ["Me", ..] => ScimPlace.NotImplemented,
        ["Users"] => ScimPlace.Users,
        ["Users", { Length: > 0 }] => ScimPlace.User,
        ["Groups"] => ScimPlace.Groups,
        ["Groups", { Length: > 0 }] => ScimPlace.Group,
        ["ServiceProviderConfig"] => ScimPlace.ServiceProviderConfig,
        ["ResourceTypes"] => ScimPlace.ResourceTypes,
        ["ResourceTypes", { Length: > 0 }] => ScimPlace.ResourceType,
        ["Schemas"] => ScimPlace.Schemas,
        ["Schemas", { Length: > 0 }] => ScimPlace.Schema,
        _ => ScimPlace.None,
    };
}
