using System.Text.RegularExpressions;
using EncryptionService.Compliance;

namespace EncryptionService.Architecture.Tests;

/// <summary>Which room of the service may see which. The files in its root folder put the rooms together and see all of them.</summary>
/// <remarks>The list is in order: a room sees only rooms above it, so no two rooms can see each other, however far around.</remarks>
public sealed partial class Rooms
{
    private static readonly (string Room, string[] Sees)[] order =
    [
        ("Settings", []),
        ("Telemetry", []),
        ("Ledger", []),
        ("Keys", ["Ledger", "Settings"]),
        ("Trust", ["Ledger", "Settings"]),
        ("Health", ["Ledger"]),
        ("Groups", ["Settings", "Telemetry", "Ledger", "Keys", "Trust"]),
        ("Posting", ["Settings", "Telemetry", "Ledger", "Keys"]),
        ("Wrapping", ["Keys", "Groups", "Posting"]),
        ("Membership", ["Settings", "Telemetry", "Ledger", "Keys", "Trust", "Health", "Groups"]),
        ("Verification", ["Settings", "Ledger", "Keys", "Trust", "Groups"]),
    ];

    public static TheoryData<string> All =>
        [.. Directory.GetDirectories(Service).Select(folder => Path.GetFileName(folder)!).Where(name => name is not ("bin" or "obj")).Order()];

    private static string Service => RepositoryRoot.Combine("src", "Service");

    [Fact]
    public void The_walk_finds_the_rooms_and_the_list_names_no_other() =>
        Assert.Equal(order.Select(entry => entry.Room).Order(), All.Select(row => row.Data));

    [Fact]
    public void No_room_sees_one_that_stands_below_it()
    {
        var above = new HashSet<string>();
        foreach (var (room, sees) in order)
        {
            Assert.Subset(above, sees.ToHashSet());
            above.Add(room);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_room_sees_only_where_an_arrow_points(string room)
    {
        var allowed = order.Single(entry => entry.Room == room).Sees.Append(room).ToHashSet();

        var seen = Files(room).SelectMany(file => RoomsIn(Code(file)).Select(other => (Path.GetFileName(file), other)));

        Assert.DoesNotContain(seen, edge => !allowed.Contains(edge.other));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_file_stands_in_the_namespace_of_its_room(string room) =>
        Assert.All(Files(room), file => Assert.Contains($"\nnamespace EncryptionService.Service.{room};", Code(file), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(All))]
    public void A_room_does_not_see_the_root_folder(string room)
    {
        // A parent namespace needs no using: the names themselves are looked for.
        var rootTypes = Directory.GetFiles(Service, "*.cs").SelectMany(file => TypeDeclaration().Matches(Code(file))).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Contains("ServiceHost", rootTypes);

        var seen = Files(room).SelectMany(file => Word().Matches(Code(file)).Select(match => match.Value).Where(rootTypes.Contains).Select(type => (Path.GetFileName(file), type)));

        Assert.Empty(seen);
    }

    private static string[] Files(string room)
    {
        var files = Directory.GetFiles(Path.Combine(Service, room), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        return files;
    }

    private static IEnumerable<string> RoomsIn(string code) => RoomName().Matches(code)
        .Select(match => match.Groups[1].Value)
        .Where(name => order.Any(entry => entry.Room == name))
        .Distinct();

    /// <summary>A file without comments and without the words in texts.</summary>
    private static string Code(string file) => CommentOrText().Replace("\n" + File.ReadAllText(file), " ");

    [GeneratedRegex("//[^\n]*|\"(?:[^\"\\\\\n]|\\\\.)*\"")]
    private static partial Regex CommentOrText();

    /// <summary>A room, by its full name, or by its last part where C# finds it from within the house.</summary>
    [GeneratedRegex(@"(?:\bEncryptionService\.Service\.|(?<![\w.)\]?])(?:Service\.)?)([A-Z]\w+)(?=[.;])")]
    private static partial Regex RoomName();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+([A-Z]\w+)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();
}
