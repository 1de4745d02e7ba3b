namespace EncryptionService.Provisioning.Scim;

/// <summary>An attribute, or a sub-attribute, that we keep. Made by <see cref="ResourceType.Resolve(ReadOnlySpan{char})"/>.</summary>
/// <param name="Schema">Where the attribute stands.</param>
/// <param name="IsExtension">True if its value lies in an object under the URN of the schema.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="Sub">The sub-attribute, if the path goes that far.</param>
internal sealed record AttributePath(ScimSchema Schema, bool IsExtension, ScimAttribute Attribute, ScimAttribute? Sub)
{
    /// <summary>Canonical spelling, e.g. <c>userName</c>, <c>members.value</c>, <c>urn:...:User:employeeNumber</c>: what storage can switch on.</summary>
    public string Name { get; } = (IsExtension ? Schema.Id + ":" : "") + Attribute.Name + (Sub is null ? "" : "." + Sub.Name);

    /// <summary>What the path ends at.</summary>
    public ScimAttribute Leaf => Sub ?? Attribute;

    /// <summary>The path to a sub-attribute.</summary>
    public AttributePath To(ScimAttribute sub) => new(Schema, IsExtension, Attribute, sub);

    public override string ToString() => Name;
}
