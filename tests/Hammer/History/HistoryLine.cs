using System.Text.Json;
using System.Text.Json.Serialization;

namespace EncryptionService.Hammer.History;

/// <summary>One line of a membership history.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Op">What happened; see <see cref="Ops"/>.</param>
/// <param name="User">The user, where the line is about one.</param>
/// <param name="Group">The group, where the line is about one.</param>
/// <param name="Name">The group's name, for people only: it never travels.</param>
internal sealed record HistoryLine(DateTimeOffset At, string Op, string? User, string? Group, string? Name)
{
    public string RequiredUser => User ?? throw new InvalidDataException($"A line '{Op}' has no user.");

    public string RequiredGroup => Group ?? throw new InvalidDataException($"A line '{Op}' has no group.");

    /// <summary>All lines of these files, in order; at most <paramref name="limit"/> of them.</summary>
    public static List<HistoryLine> Read(IEnumerable<FileInfo> files, int? limit)
    {
        var lines = files.SelectMany(file => File.ReadLines(file.FullName))
            .Where(text => text.Length > 0)
            .Take(limit ?? int.MaxValue)
            .Select(text => JsonSerializer.Deserialize(text, HistoryJson.Default.HistoryLine) ?? throw new InvalidDataException("A line of the history is null."))
            .ToList();
        return lines.Count > 0 ? lines : throw new InvalidDataException("The history has no lines.");
    }
}

/// <summary>The operations of a history.</summary>
internal static class Ops
{
    public const string UserAdd = "user.add";
    public const string UserRemove = "user.remove";
    public const string GroupAdd = "group.add";
    public const string GroupRename = "group.rename";
    public const string GroupRemove = "group.remove";
    public const string MemberAdd = "member.add";
    public const string MemberRemove = "member.remove";
    public const string OwnerAdd = "owner.add";
    public const string OwnerRemove = "owner.remove";
}

/// <summary>The state in which a history ends, read from elsewhere and not from a replay.</summary>
internal sealed record Snapshot(IReadOnlyList<string> Users, IReadOnlyDictionary<string, SnapshotGroup> Groups)
{
    public static Snapshot Read(FileInfo file)
    {
        using var stream = file.OpenRead();
        return JsonSerializer.Deserialize(stream, HistoryJson.Default.Snapshot) ?? throw new InvalidDataException("The snapshot is null.");
    }

    /// <summary>Members and owners of each group.</summary>
    public Dictionary<string, HashSet<string>> Rosters() =>
        Groups.ToDictionary(group => group.Key, group => group.Value.Members.Concat(group.Value.Owners).ToHashSet());
}

/// <summary>One group of a snapshot.</summary>
internal sealed record SnapshotGroup(string Name, IReadOnlyList<string> Members, IReadOnlyList<string> Owners);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(HistoryLine))]
[JsonSerializable(typeof(Snapshot))]
internal sealed partial class HistoryJson : JsonSerializerContext;
