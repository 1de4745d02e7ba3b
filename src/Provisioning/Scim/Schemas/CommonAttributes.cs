namespace EncryptionService.Provisioning.Scim;

/// <summary>What every resource has and no schema lists (RFC 7643, section 3.1). <c>externalId</c> is listed (docs/spec/scim.md, 15).</summary>
internal static class CommonAttributes
{
    public static readonly ScimAttribute Id = ReadOnly("id", "Made by the server, never reused.");

    public static readonly ScimAttribute Schemas = new("schemas", "Schemas of the resource.")
    {
        Kind = AttributeKind.Reference,
        IsMultiValued = true,
        Mutability = AttributeMutability.ReadOnly,
    };

    public static readonly ScimAttribute Meta = new("meta", "About the resource.")
    {
        Kind = AttributeKind.Complex,
        Mutability = AttributeMutability.ReadOnly,
        SubAttributes =
        [
            ReadOnly("resourceType", "User or Group."),
            ReadOnly("created", "When it was created.", AttributeKind.Moment),
            ReadOnly("lastModified", "When it was changed last.", AttributeKind.Moment),
            ReadOnly("location", "Its address.", AttributeKind.Reference),
        ],
    };

    public static readonly IReadOnlyList<ScimAttribute> All = [Id, Schemas, Meta];

    private static ScimAttribute ReadOnly(string name, string description, AttributeKind kind = AttributeKind.Text)
        => new(name, description) { Kind = kind, IsCaseExact = true, Mutability = AttributeMutability.ReadOnly };
}
