namespace EncryptionService.Provisioning.Scim;

/// <summary>Comparisons of RFC 7644, table 3.</summary>
internal enum FilterOperator
{
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

/// <summary>What an attribute is compared with, in the attribute's own type.</summary>
internal abstract record FilterValue
{
    internal sealed record Text(string Value) : FilterValue;

    internal sealed record Flag(bool Value) : FilterValue;

    internal sealed record Moment(DateTimeOffset Value) : FilterValue;

    /// <summary><c>null</c>: the attribute has no value.</summary>
    internal sealed record Nothing : FilterValue;
}
