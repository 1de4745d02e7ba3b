using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EncryptionService.Compliance;

namespace EncryptionService.Architecture.Tests;

/// <summary>docs/spec/member.openapi.json has the calls, the members and the problems that the core has.</summary>
public sealed partial class MemberOpenApi
{
    private readonly JsonNode document = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Combine("docs", "spec", "member.openapi.json")))!;
    private readonly string source = string.Join('\n', Directory.GetFiles(RepositoryRoot.Combine("src", "Provisioning", "MemberApi"), "*.cs").Select(File.ReadAllText));

    [Fact]
    public void It_has_the_calls_that_the_room_maps_and_those_of_the_page()
    {
        var described = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Where(call => call.Key is "get" or "post").Select(call => $"{call.Key.ToUpperInvariant()} {path.Key}")).Order().ToArray();
        var mapped = MappedCall().Matches(source).Select(match => $"{match.Groups[1].Value.ToUpperInvariant()} {match.Groups[2].Value}").Order();
        var page = PageCall().Matches(File.ReadAllText(RepositoryRoot.Combine("docs", "spec", "member.md"))).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}").Order();

        Assert.Equal("3.1.0", (string?)document["openapi"]);
        Assert.Equal(9, described.Length);
        Assert.Equal(described, mapped);
        Assert.Equal(described, page);
    }

    [Theory]
    [InlineData("InvitationAnswer", "Invitation")]
    [InlineData("KeyIdsAnswer", "KeyIds")]
    [InlineData("MeAnswer", "Me")]
    [InlineData("GroupEntry", "GroupEntry")]
    [InlineData("GroupsAnswer", "Groups")]
    [InlineData("GroupAnswer", "Group")]
    [InlineData("PendingEntry", "PendingEntry")]
    [InlineData("PendingAnswer", "Pending")]
    [InlineData("HeadAnswer", "Head")]
    [InlineData("DocumentAnswer", "Submitted")]
    [InlineData("RefusedMember", "RefusedMember")]
    public void An_answer_has_the_members_that_the_core_writes(string record, string schema)
    {
        var parameters = Regex.Match(source, $@"record {record}\(([^)]*)\)").Groups[1].Value;
        var members = Parameter().Matches(parameters).Select(match => (Name: char.ToLowerInvariant(match.Groups[2].Value[0]) + match.Groups[2].Value[1..], Optional: match.Groups[1].Value == "?")).ToArray();

        Assert.NotEmpty(members);
        Assert.Equal(members.Select(member => member.Name), Schema(schema)["properties"]!.AsObject().Select(member => member.Key));
        Assert.Equal(members.Where(member => !member.Optional).Select(member => member.Name), Schema(schema)["required"]!.AsArray().Select(name => (string)name!));
    }

    [Fact]
    public void Its_problems_are_those_of_the_core()
    {
        var doors = File.ReadAllText(RepositoryRoot.Combine("src", "Provisioning", "Doors", "Answer.cs"));
        var written = ProblemWord().Matches(source + doors).Select(match => (int.Parse(match.Groups[1].Value, provider: null), match.Groups[2].Value)).ToHashSet();

        var described = All(document["paths"]).OfType<JsonObject>().Where(node => node["type"] is JsonValue && node["title"] is not null)
            .Select(node => ((int)node["status"]!, ((string)node["type"]!)["urn:encryption-service:".Length..])).ToHashSet();

        Assert.Equal(written.Order(), described.Order());
    }

    [Fact]
    public void Every_example_has_exactly_the_members_of_its_schema()
    {
        var contents = All(document["paths"]).OfType<JsonObject>().Where(node => node["example"] is not null).ToArray();

        Assert.Equal(13, contents.Length);
        Assert.All(contents, content => Assert.Equal(
            Schema(((string)content["schema"]!["$ref"]!).Split('/')[^1])["properties"]!.AsObject().Select(member => member.Key),
            content["example"]!.AsObject().Select(member => member.Key)));
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = All(document).OfType<JsonObject>().Select(node => (string?)node["$ref"]).OfType<string>().ToArray();

        Assert.True(references.Length > 40);
        Assert.All(references, reference => Assert.NotNull(reference.Split('/')[1..].Aggregate((JsonNode?)document, (node, name) => node?[name])));
    }

    private JsonNode Schema(string name) => document["components"]!["schemas"]![name]!;

    private static IEnumerable<JsonNode?> All(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => All(member.Value)).Prepend(node),
        JsonArray items => items.SelectMany(All),
        _ => [node],
    };

    [GeneratedRegex("Map(Get|Post)\\(\"([^\"]+)\"")]
    private static partial Regex MappedCall();

    [GeneratedRegex("^\\| `(GET|POST) ([^`?]+)[^`]*` \\|", RegexOptions.Multiline)]
    private static partial Regex PageCall();

    [GeneratedRegex(@"[\w<>]+(\??) (\w+)(?:,|$)")]
    private static partial Regex Parameter();

    [GeneratedRegex("Problem\\(\\s*StatusCodes\\.Status(\\d{3})\\w+, \"([a-z-]+)\"")]
    private static partial Regex ProblemWord();
}
