namespace EncryptionService.Provisioning.Scim;

/// <summary>Data types of RFC 7643, section 2.3, that our resources use.</summary>
internal enum AttributeKind
{
    Text,
    Flag,
    Moment,
    Reference,
    Complex,
}

/// <summary>Who may change an attribute (RFC 7643, section 2.2).</summary>
internal enum AttributeMutability
{
    ReadWrite,
    ReadOnly,
    Immutable,
}

/// <summary>
/// One attribute that we keep. The table of these drives filters, PATCH, the reading of bodies, attribute selection and <c>/Schemas</c>:
/// what does not stand here is refused in a filter and ignored everywhere else.
/// </summary>
internal sealed class ScimAttribute(string name, string description)
{
    /// <summary>Longest string that the database has an index over, in UTF-16 units: 1,536 bytes of UTF-8 at most.</summary>
    public const int MaxIndexedLength = 512;

    /// <summary>Most elements of a multi-valued attribute of a user.</summary>
    public const int MaxElements = 100;

    /// <summary>Canonical spelling.</summary>
    public string Name { get; } = name;

    public string Description { get; } = description;

    public AttributeKind Kind { get; init; } = AttributeKind.Text;

    public bool IsMultiValued { get; init; }

    /// <summary>Must be a string with something in it; cannot be cleared.</summary>
    public bool IsRequired { get; init; }

    public bool IsCaseExact { get; init; }

    public AttributeMutability Mutability { get; init; }

    /// <summary>Unique in the organization, in any case.</summary>
    public bool IsUnique { get; init; }

    /// <summary>Longest string, in UTF-16 units.</summary>
    public int MaxLength { get; init; } = 1024;

    public IReadOnlyList<ScimAttribute> SubAttributes { get; init; } = [];

    public IReadOnlyList<string> CanonicalValues { get; init; } = [];

    public IReadOnlyList<string> ReferenceTypes { get; init; } = [];

    /// <summary>False where an element with nothing but this says nothing (its type, whether it is the primary one).</summary>
    public bool HasSubstance { get; init; } = true;

    /// <summary>How strings of this attribute compare.</summary>
    public StringComparison Comparison => IsCaseExact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>The sub-attribute of that name, in any case.</summary>
    public ScimAttribute? Sub(ReadOnlySpan<char> name) => Find(SubAttributes, name);

    /// <summary>The attribute of that name, in any case.</summary>
    public static ScimAttribute? Find(IReadOnlyList<ScimAttribute> attributes, ReadOnlySpan<char> name)
    {
        foreach (var attribute in attributes)
        {
            if (name.Equals(attribute.Name, StringComparison.OrdinalIgnoreCase))
            {
                return attribute;
            }
        }

        return null;
    }
}
