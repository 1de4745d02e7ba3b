namespace EncryptionService.Provisioning.Scim;

/// <summary>Users or groups: their endpoint, their schemas, and how names of attributes are found.</summary>
internal sealed class ResourceType
{
    public static readonly ResourceType User = new("User", "/Users", "User Account", UserSchema.Core, [UserSchema.Enterprise]);

    public static readonly ResourceType Group = new("Group", "/Groups", "Group", GroupSchema.Core, []);

    private ResourceType(string name, string endpoint, string description, ScimSchema core, IReadOnlyList<ScimSchema> extensions)
    {
        Name = name;
        Endpoint = endpoint;
        Description = description;
        Core = core;
        Extensions = extensions;
    }

    /// <summary>Also the value of <c>meta.resourceType</c>.</summary>
    public string Name { get; }

    /// <summary>Relative to the base URL of the connection.</summary>
    public string Endpoint { get; }

    public string Description { get; }

    public ScimSchema Core { get; }

    public IReadOnlyList<ScimSchema> Extensions { get; }

    /// <summary>All schemas, the core one first.</summary>
    public IEnumerable<ScimSchema> Schemas => Extensions.Prepend(Core);

    /// <summary>The schema of that URN, in any case.</summary>
    public ScimSchema? FindSchema(ReadOnlySpan<char> urn)
    {
        foreach (var schema in Schemas)
        {
            if (urn.Equals(schema.Id, StringComparison.OrdinalIgnoreCase))
            {
                return schema;
            }
        }

        return null;
    }

    /// <summary>Finds <c>attr</c>, <c>attr.sub</c> or either behind a URN and a colon, in any case; null if we do not keep it.</summary>
    public AttributePath? Resolve(ReadOnlySpan<char> text)
    {
        foreach (var schema in Schemas)
        {
            if (text.Length > schema.Id.Length && text[schema.Id.Length] == ':' && text.StartsWith(schema.Id, StringComparison.OrdinalIgnoreCase))
            {
                return Resolve(schema, text[(schema.Id.Length + 1)..]);
            }
        }

        return Resolve(Core, text);
    }

    private AttributePath? Resolve(ScimSchema schema, ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        var name = dot < 0 ? text : text[..dot];
        var attribute = ScimAttribute.Find(schema.Attributes, name) ?? (schema == Core ? ScimAttribute.Find(CommonAttributes.All, name) : null);
        if (attribute is null)
        {
            return null;
        }

        var sub = dot < 0 ? null : attribute.Sub(text[(dot + 1)..]);
        return dot >= 0 && sub is null ? null : new AttributePath(schema, schema != Core, attribute, sub);
    }
}
