namespace EncryptionService.Provisioning.Scim;

/// <summary>What we keep of a group (RFC 7643, section 4.2).</summary>
internal static class GroupSchema
{
    public const string CoreUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";

    public static readonly ScimAttribute DisplayName = new("displayName", "Name of the group; compared without regard to case.")
    {
        IsRequired = true,
        IsUnique = true,
        MaxLength = ScimAttribute.MaxIndexedLength,
    };

    public static readonly ScimAttribute Members = new("members", "Users in the group.")
    {
        Kind = AttributeKind.Complex,
        IsMultiValued = true,
        SubAttributes =
        [
            new("value", "Id of the user.") { IsCaseExact = true, Mutability = AttributeMutability.Immutable },
            new("$ref", "Address of the user.") { Kind = AttributeKind.Reference, IsCaseExact = true, Mutability = AttributeMutability.Immutable, ReferenceTypes = ["User"] },
            new("display", "Name of the user.") { Mutability = AttributeMutability.ReadOnly },
            new("type", "Always User.") { Mutability = AttributeMutability.Immutable, CanonicalValues = ["User"] },
        ],
    };

    public static readonly ScimSchema Core = new(CoreUrn, "Group", "Group", [DisplayName, UserSchema.ExternalId, Members]);
}
