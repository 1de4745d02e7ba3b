using System.Text.RegularExpressions;
using EncryptionService.Compliance;

namespace EncryptionService.Architecture.Tests;

/// <summary>Which room of a host may see which. The files in its root folder put the rooms together and see all of them.</summary>
/// <remarks>Each list is in order: a room sees only rooms above it, so no two rooms can see each other, however far around.</remarks>
public sealed partial class Rooms
{
    private static readonly Dictionary<string, (string Room, string[] Sees)[]> order = new()
    {
        ["Service"] =
        [
            ("Settings", []),
            ("Telemetry", []),
            ("Cloud", []),
            ("Ledger", ["Cloud"]),
            ("Keys", ["Cloud", "Ledger", "Settings"]),
            ("Trust", ["Ledger", "Settings"]),
            ("Health", ["Ledger"]),
            ("Groups", ["Settings", "Telemetry", "Ledger", "Keys", "Trust"]),
            ("Posting", ["Settings", "Telemetry", "Ledger", "Keys"]),
            ("Wrapping", ["Telemetry", "Keys", "Groups", "Posting"]),
            ("Membership", ["Settings", "Telemetry", "Ledger", "Keys", "Trust", "Health", "Groups"]),
            ("MemberPage", ["Settings"]),
            ("Verification", ["Settings", "Ledger", "Keys", "Trust", "Groups"]),
        ],
        ["Provisioning"] =
        [
            ("Settings", []),
            ("Database", []),
            ("Doors", ["Settings"]),
            ("Directory", ["Settings", "Database"]),
            ("Journal", ["Settings", "Database", "Directory"]),
            ("Organizations", ["Settings", "Database", "Directory"]),
            ("Configuration", ["Settings", "Directory", "Organizations"]),
            ("Connections", ["Settings", "Database", "Directory", "Organizations"]),
            ("Invitations", ["Settings", "Database", "Directory", "Organizations"]),
            ("Envelopes", ["Settings", "Database", "Doors", "Directory", "Organizations"]),
            ("MemberApi", ["Settings", "Database", "Doors", "Directory", "Organizations", "Envelopes"]),
            ("MemberPage", ["Settings"]),
            ("Dispatch", ["Settings", "Database", "Directory", "Organizations", "Envelopes", "MemberApi"]),
            ("Scim", ["Settings", "Database", "Directory", "Journal", "Organizations", "Connections"]),
            ("Health", ["Database"]),
            ("Lifecycle", ["Directory", "Journal"]),
            ("Views", ["Settings", "Database", "Directory", "MemberApi"]),
            ("Verbs", ["Settings", "Database", "Directory", "Organizations", "Configuration", "Connections", "Invitations", "Dispatch", "Views"]),
            ("Admin", ["Settings", "Database", "Doors", "Directory", "Journal", "Organizations", "Configuration", "Connections", "Invitations", "MemberApi", "Dispatch", "Views"]),
        ],
    };

    public static TheoryData<string> Hosts => [.. order.Keys];

    public static TheoryData<string, string> All => new(order.Keys.SelectMany(host => Folders(host).Select(room => (host, room))));

    [Theory]
    [MemberData(nameof(Hosts))]
    public void The_walk_finds_the_rooms_and_the_list_names_no_other(string host) =>
        Assert.Equal(order[host].Select(entry => entry.Room).Order(), Folders(host));

    [Theory]
    [MemberData(nameof(Hosts))]
    public void No_room_sees_one_that_stands_below_it(string host)
    {
        var above = new HashSet<string>();
        foreach (var (room, sees) in order[host])
        {
            Assert.Subset(above, sees.ToHashSet());
            above.Add(room);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_room_sees_only_where_an_arrow_points(string host, string room)
    {
        var allowed = order[host].Single(entry => entry.Room == room).Sees.Append(room).ToHashSet();

        var seen = Files(host, room).SelectMany(file => RoomsIn(host, Code(file)).Select(other => (Path.GetFileName(file), other)));

        Assert.DoesNotContain(seen, edge => !allowed.Contains(edge.other));
    }

    /// <summary>A large room may have corners of its own; what they hold still belongs to the room.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void A_file_stands_in_the_namespace_of_its_room(string host, string room) => Assert.All(
        Files(host, room), file => Assert.Matches($@"\nnamespace EncryptionService\.{host}\.{room}(\.\w+)?;", Code(file)));

    /// <summary>Templates name rooms in directives only.</summary>
    [Fact]
    public void The_pages_of_the_panel_see_what_their_room_sees()
    {
        var allowed = order["Provisioning"].Single(entry => entry.Room == "Admin").Sees.Append("Admin").ToHashSet();
        var templates = Directory.GetFiles(Path.Combine(Folder("Provisioning"), "Admin"), "*.cshtml", SearchOption.AllDirectories);
        var directives = templates.SelectMany(file => Directive().Matches(File.ReadAllText(file)).Select(match => $"{match.Groups[1].Value};"));

        Assert.True(templates.Length > 10, $"only {templates.Length} templates were looked at");
        Assert.Subset(allowed, directives.SelectMany(line => RoomsIn("Provisioning", line)).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_room_does_not_see_the_root_folder(string host, string room)
    {
        // A parent namespace needs no using: the names themselves are looked for.
        var rootTypes = Directory.GetFiles(Folder(host), "*.cs").SelectMany(file => TypeDeclaration().Matches(Code(file))).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Contains($"{host}Host", rootTypes);

        var seen = Files(host, room).SelectMany(file => Word().Matches(Code(file)).Select(match => match.Value).Where(rootTypes.Contains).Select(type => (Path.GetFileName(file), type)));

        Assert.Empty(seen);
    }

    private static string Folder(string host) => RepositoryRoot.Combine("src", host);

    private static string[] Folders(string host) =>
        [.. Directory.GetDirectories(Folder(host)).Select(folder => Path.GetFileName(folder)!).Where(name => name is not ("bin" or "obj")).Order()];

    private static string[] Files(string host, string room)
    {
        string[] files = [.. Directory.GetFiles(Path.Combine(Folder(host), room), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/Migrations/", StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        return files;
    }

    private static IEnumerable<string> RoomsIn(string host, string code) => RoomName().Matches(code)
        .Where(match => match.Groups[1].Value is "" || match.Groups[1].Value == host)
        .Select(match => match.Groups[2].Value)
        .Where(name => order[host].Any(entry => entry.Room == name))
        .Distinct();

    /// <summary>A file without comments and without the words in texts.</summary>
    private static string Code(string file) => CommentOrText().Replace("\n" + File.ReadAllText(file), " ");

    [GeneratedRegex("//[^\n]*|\"(?:[^\"\\\\\n]|\\\\.)*\"")]
    private static partial Regex CommentOrText();

    /// <summary>A room, by its full name, or by its last part where C# finds it from within the house.</summary>
    [GeneratedRegex(@"(?:\bEncryptionService\.|(?<![\w.)\]?]))(?:(Service|Provisioning)\.)?([A-Z]\w+)(?=[.;])")]
    private static partial Regex RoomName();

    [GeneratedRegex(@"^@(?:using|inject|model|inherits) +([\w.<>, ]+)", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+([A-Z]\w+)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();
}
