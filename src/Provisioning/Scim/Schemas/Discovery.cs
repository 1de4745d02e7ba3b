using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim;

/// <summary>
/// <c>/Schemas</c>, <c>/ResourceTypes</c> and <c>/ServiceProviderConfig</c> (RFC 7643, sections 5 to 7; docs/spec/scim.md, 15 and 49), written
/// from the tables that the rest of the room works with. A base URL is that of the connection, without a slash at its end.
/// </summary>
internal static class Discovery
{
    private const string SchemaSchema = "urn:ietf:params:scim:schemas:core:2.0:Schema";
    private const string ResourceTypeSchema = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
    private const string ConfigSchema = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

    private static readonly ScimSchema[] schemas = [UserSchema.Core, UserSchema.Enterprise, GroupSchema.Core];
    private static readonly ResourceType[] types = [ResourceType.User, ResourceType.Group];

    public static JsonObject Schemas(string baseUrl) => List([.. schemas.Select(schema => Write(schema, baseUrl))]);

    /// <summary>One schema, by its URN in any case; null if there is none.</summary>
    public static JsonObject? Schema(string id, string baseUrl)
        => schemas.FirstOrDefault(schema => schema.Id.Equals(id, StringComparison.OrdinalIgnoreCase)) is { } schema ? Write(schema, baseUrl) : null;

    public static JsonObject ResourceTypes(string baseUrl) => List([.. types.Select(type => Write(type, baseUrl))]);

    /// <summary>One resource type, <c>User</c> or <c>Group</c>; null if there is none.</summary>
    public static JsonObject? ResourceTypeOf(string name, string baseUrl)
        => types.FirstOrDefault(type => type.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } type ? Write(type, baseUrl) : null;

    public static JsonObject ServiceProviderConfig(string baseUrl) => new()
    {
        ["schemas"] = new JsonArray(ConfigSchema),
        ["patch"] = Supported(true),
        ["bulk"] = new JsonObject { ["supported"] = false, ["maxOperations"] = 0, ["maxPayloadSize"] = 0 },
        ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = Page.MaxCount },
        ["changePassword"] = Supported(false),
        ["sort"] = Supported(false),
        ["etag"] = Supported(false),
        ["authenticationSchemes"] = new JsonArray(new JsonObject
        {
            ["type"] = "oauthbearertoken",
            ["name"] = "Bearer token",
            ["description"] = "The token of the connection, in the Authorization header.",
            ["specUri"] = "https://www.rfc-editor.org/info/rfc6750",
            ["primary"] = true,
        }),
        ["meta"] = new JsonObject { ["resourceType"] = "ServiceProviderConfig", ["location"] = $"{baseUrl}/ServiceProviderConfig" },
    };

    private static JsonObject Supported(bool supported) => new() { ["supported"] = supported };

    private static JsonObject List(IReadOnlyCollection<JsonObject> all) => new Page(1, Page.MaxCount).Write(all.Count, all);

    private static JsonObject Write(ResourceType type, string baseUrl)
    {
        var json = new JsonObject
        {
            ["schemas"] = new JsonArray(ResourceTypeSchema),
            ["id"] = type.Name,
            ["name"] = type.Name,
            ["endpoint"] = type.Endpoint,
            ["description"] = type.Description,
            ["schema"] = type.Core.Id,
        };
        if (type.Extensions.Count > 0)
        {
            json["schemaExtensions"] = new JsonArray([.. type.Extensions.Select(extension => new JsonObject { ["schema"] = extension.Id, ["required"] = false })]);
        }

        json["meta"] = new JsonObject { ["resourceType"] = "ResourceType", ["location"] = $"{baseUrl}/ResourceTypes/{type.Name}" };
        return json;
    }

    private static JsonObject Write(ScimSchema schema, string baseUrl) => new()
    {
        ["schemas"] = new JsonArray(SchemaSchema),
        ["id"] = schema.Id,
        ["name"] = schema.Name,
        ["description"] = schema.Description,
        ["attributes"] = Write(schema.Attributes),
        ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = $"{baseUrl}/Schemas/{schema.Id}" },
    };

    private static JsonArray Write(IReadOnlyList<ScimAttribute> attributes) => new([.. attributes.Select(Write)]);

    private static JsonObject Write(ScimAttribute attribute)
    {
        var json = new JsonObject
        {
            ["name"] = attribute.Name,
            ["type"] = attribute.Kind switch
            {
                AttributeKind.Flag => "boolean",
                AttributeKind.Moment => "dateTime",
                AttributeKind.Reference => "reference",
                AttributeKind.Complex => "complex",
                _ => "string",
            },
            ["multiValued"] = attribute.IsMultiValued,
            ["description"] = attribute.Description,
            ["required"] = attribute.IsRequired,
            ["caseExact"] = attribute.IsCaseExact,
            ["mutability"] = attribute.Mutability switch
            {
                AttributeMutability.ReadOnly => "readOnly",
                AttributeMutability.Immutable => "immutable",
                _ => "readWrite",
            },
            ["returned"] = "default",
            ["uniqueness"] = attribute.IsUnique ? "server" : "none",
        };
        AddTexts(json, "canonicalValues", attribute.CanonicalValues);
        AddTexts(json, "referenceTypes", attribute.ReferenceTypes);
        if (attribute.SubAttributes.Count > 0)
        {
            json["subAttributes"] = Write(attribute.SubAttributes);
        }

        return json;
    }

    private static void AddTexts(JsonObject json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            json[name] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]);
        }
    }
}
