namespace EncryptionService.Provisioning.Scim;

/// <summary>What we keep of a user (RFC 7643, sections 4.1 and 4.3).</summary>
internal static class UserSchema
{
    public const string CoreUrn = "urn:ietf:params:scim:schemas:core:2.0:User";

    public const string EnterpriseUrn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    public static readonly ScimAttribute UserName = new("userName", "Name that the person signs in with; compared without regard to case.")
    {
        IsRequired = true,
        IsUnique = true,
        MaxLength = ScimAttribute.MaxIndexedLength,
    };

    public static readonly ScimAttribute ExternalId = new("externalId", "Id of the resource at the identity provider.")
    {
        IsCaseExact = true,
        MaxLength = ScimAttribute.MaxIndexedLength,
    };

    public static readonly ScimAttribute DisplayName = new("displayName", "Name as shown to others.") { MaxLength = ScimAttribute.MaxIndexedLength };

    public static readonly ScimAttribute Active = new("active", "False suspends the person in the organization.") { Kind = AttributeKind.Flag };

    public static readonly ScimAttribute Emails = Many("emails", "E-mail addresses.", ["work", "home", "other"], new("value", "The address."), new("display", "As shown to others."));

    public static readonly ScimSchema Core = new(CoreUrn, "User", "User Account",
    [
        UserName,
        ExternalId,
        Active,
        DisplayName,
        new("name", "Parts of the name.")
        {
            Kind = AttributeKind.Complex,
            SubAttributes =
            [
                new("formatted", "The whole name."),
                new("familyName", "Family name."),
                new("givenName", "Given name."),
                new("middleName", "Middle name."),
                new("honorificPrefix", "Title before the name."),
                new("honorificSuffix", "Title behind the name."),
            ],
        },
        new("nickName", "Casual name."),
        new("title", "Job title."),
        new("userType", "Relation to the organization."),
        new("preferredLanguage", "Preferred language."),
        new("locale", "Locale for numbers and dates."),
        new("timezone", "Time zone."),
        new("profileUrl", "Address of an online profile.") { Kind = AttributeKind.Reference, IsCaseExact = true, ReferenceTypes = ["external"], MaxLength = 2048 },
        Emails,
        Many("phoneNumbers", "Telephone numbers.", ["work", "home", "mobile", "fax", "pager", "other"], new("value", "The number."), new("display", "As shown to others.")),
        Many(
            "addresses",
            "Postal addresses.",
            ["work", "home", "other"],
            new("formatted", "The whole address."),
            new("streetAddress", "Street and number."),
            new("locality", "City."),
            new("region", "State or region."),
            new("postalCode", "Postal code."),
            new("country", "Country.")),
    ]);

    public static readonly ScimAttribute Manager = new("manager", "The person's manager.")
    {
        Kind = AttributeKind.Complex,
        SubAttributes =
        [
            new("value", "Id of the manager.") { IsCaseExact = true },
            new("$ref", "Address of the manager.") { Kind = AttributeKind.Reference, IsCaseExact = true, ReferenceTypes = ["User"], HasSubstance = false },
            new("displayName", "Name of the manager."),
        ],
    };

    public static readonly ScimSchema Enterprise = new(EnterpriseUrn, "EnterpriseUser", "Enterprise User",
    [
        new("employeeNumber", "Number in the organization."),
        new("costCenter", "Cost center."),
        new("organization", "Organization."),
        new("division", "Division."),
        new("department", "Department."),
        Manager,
    ]);

    private static ScimAttribute Many(string name, string description, string[] types, params ScimAttribute[] subAttributes) => new(name, description)
    {
        Kind = AttributeKind.Complex,
        IsMultiValued = true,
        SubAttributes =
        [
            .. subAttributes,
            new("type", "What it is for.") { CanonicalValues = types, HasSubstance = false },
            new("primary", "True for the preferred one.") { Kind = AttributeKind.Flag, HasSubstance = false },
        ],
    };
}
