using System.Buffers;

namespace EncryptionService.Service.Ledger;

/// <summary>The name of a stream: <c>root</c>, <c>members</c> or <c>group/&lt;id&gt;</c> (docs/spec/ledger.md, section 1).</summary>
/// <remarks>The default value names no stream and is refused wherever a stream is used.</remarks>
public readonly record struct StreamName : IComparable<StreamName>
{
    private const string GroupPrefix = "group/";
    private const int LongestId = 64;

    private static readonly SearchValues<char> idCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private readonly string? text;

    private StreamName(string text) => this.text = text;

    /// <summary>The stream of the organization's root: keys, enrolment, identity.</summary>
    public static StreamName Root { get; } = new("root");

    /// <summary>The stream of pinned member keys and approvals.</summary>
    public static StreamName Members { get; } = new("members");

    /// <summary>The id of the group whose stream this is, or null for <c>root</c> and <c>members</c>.</summary>
    public string? GroupId => text is not null && text.StartsWith(GroupPrefix, StringComparison.Ordinal) ? text[GroupPrefix.Length..] : null;

    /// <summary>The stream of one group.</summary>
    /// <param name="groupId">The group's id: <c>[A-Za-z0-9._-]{1,64}</c>.</param>
    /// <returns>The name of the group's stream.</returns>
    /// <exception cref="ArgumentException">The text is no id.</exception>
    public static StreamName ForGroup(string groupId) =>
        IsId(groupId) ? new(GroupPrefix + groupId) : throw new ArgumentException("This is no group id.", nameof(groupId));

    /// <summary>Reads the text form.</summary>
    /// <param name="text">What may be the name of a stream.</param>
    /// <param name="name">The name, or the default value.</param>
    /// <returns>Whether the text names a stream.</returns>
    public static bool TryParse(string? text, out StreamName name)
    {
        name = text switch
        {
            "root" => Root,
            "members" => Members,
            not null when text.StartsWith(GroupPrefix, StringComparison.Ordinal) && IsId(text[GroupPrefix.Length..]) => new(text),
            _ => default,
        };
        return name != default;
    }

    /// <inheritdoc/>
    public int CompareTo(StreamName other) => string.CompareOrdinal(text, other.text);

    /// <summary>Whether one name sorts before another, by code points.</summary>
    public static bool operator <(StreamName left, StreamName right) => left.CompareTo(right) < 0;

    /// <summary>Whether one name sorts after another, by code points.</summary>
    public static bool operator >(StreamName left, StreamName right) => left.CompareTo(right) > 0;

    /// <summary>Whether one name does not sort after another.</summary>
    public static bool operator <=(StreamName left, StreamName right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one name does not sort before another.</summary>
    public static bool operator >=(StreamName left, StreamName right) => left.CompareTo(right) >= 0;

    /// <summary>The text form, which the MAC of every frame binds.</summary>
    /// <returns>The name, empty for the default value.</returns>
    public override string ToString() => text ?? string.Empty;

    private static bool IsId(string? id) => id is { Length: > 0 and <= LongestId }
        && id.AsSpan().IndexOfAnyExcept(idCharacters) < 0;
}
