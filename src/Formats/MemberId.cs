namespace EncryptionService.Formats;

/// <summary>Id of a member: 1 to 64 characters of <c>A-Z a-z 0-9 . _ -</c> (envelope.md, section 1).</summary>
public readonly record struct MemberId : IComparable<MemberId>
{
    private readonly string? value;

    private MemberId(string value) => this.value = value;

    /// <summary>The text; empty for <c>default</c>, which is no id.</summary>
    public string Value => value ?? "";

    /// <summary>Parses an id; false for anything outside the alphabet or the length.</summary>
    public static bool TryParse(string? text, out MemberId id)
    {
        var valid = IdText.IsValid(text);
        id = valid ? new MemberId(text!) : default;
        return valid;
    }

    /// <summary>Ordinal order.</summary>
    public int CompareTo(MemberId other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>Ordinal order.</summary>
    public static bool operator <(MemberId left, MemberId right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(MemberId left, MemberId right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(MemberId left, MemberId right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(MemberId left, MemberId right) => left.CompareTo(right) >= 0;

    /// <summary>The text.</summary>
    public override string ToString() => Value;
}
