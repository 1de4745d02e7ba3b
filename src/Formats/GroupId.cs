namespace EncryptionService.Formats;

/// <summary>Id of a group: 1 to 64 characters of <c>A-Z a-z 0-9 . _ -</c> (envelope.md, section 1).</summary>
public readonly record struct GroupId : IComparable<GroupId>
{
    private readonly string? value;

    private GroupId(string value) => this.value = value;

    /// <summary>The text; empty for <c>default</c>, which is no id.</summary>
    public string Value => value ?? "";

    /// <summary>Parses an id; false for anything outside the alphabet or the length.</summary>
    public static bool TryParse(string? text, out GroupId id)
    {
        var valid = IdText.IsValid(text);
        id = valid ? new GroupId(text!) : default;
        return valid;
    }

    /// <summary>Ordinal order.</summary>
    public int CompareTo(GroupId other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>Ordinal order.</summary>
    public static bool operator <(GroupId left, GroupId right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(GroupId left, GroupId right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(GroupId left, GroupId right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(GroupId left, GroupId right) => left.CompareTo(right) >= 0;

    /// <summary>The text.</summary>
    public override string ToString() => Value;
}
