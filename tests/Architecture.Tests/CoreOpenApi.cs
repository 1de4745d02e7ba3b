using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EncryptionService.Compliance;
using EncryptionService.Formats;

namespace EncryptionService.Architecture.Tests;

/// <summary>docs/spec/core.openapi.json says what the service sends, and its examples are what it says.</summary>
public sealed partial class CoreOpenApi
{
    private const string Enrolment = "/v1/organizations/{org}/enrolment";
    private const string Posts = "/v1/organizations/{org}/groups/{grp}/posts";

    private readonly JsonNode document = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Combine("docs", "spec", "core.openapi.json")))!;

    [Fact]
    public void It_has_the_two_calls_and_no_other()
    {
        Assert.Equal("3.1.0", (string?)document["openapi"]);
        Assert.Equal([Enrolment, Posts], Names(document["paths"]!));
        Assert.All([Enrolment, Posts], path => Assert.Equal(["parameters", "post"], Names(document["paths"]![path]!)));
    }

    [Fact]
    public void It_has_the_answers_of_the_page_beside_it()
    {
        var codes = Names(document["paths"]![Posts]!["post"]!["responses"]!);

        Assert.Equal(["200", "400", "401", "403", "404", "408", "409", "413", "422", "429", "503"], codes.Order(StringComparer.Ordinal));
        Assert.Equal("urn:encryption-service:revision-gap", (string?)Example(document["paths"]![Posts]!["post"]!["responses"]!["409"]!, "application/problem+json")["type"]);
    }

    [Fact]
    public void The_problems_of_its_examples_are_those_of_the_core()
    {
        var doors = string.Concat(new[] { "Doors", "Envelopes" }.SelectMany(room => Directory.GetFiles(RepositoryRoot.Combine("src", "Provisioning", room), "*.cs")).Select(File.ReadAllText));
        var written = Problem().Matches(doors).Select(match => (int.Parse(match.Groups[1].Value, provider: null), $"urn:encryption-service:{match.Groups[2].Value}")).ToHashSet();
        var examples = All(document["paths"]).OfType<JsonObject>().Where(node => node["type"] is JsonValue && node["title"] is not null).ToArray();

        Assert.True(examples.Length >= 4);
        Assert.All(examples, example => Assert.Contains(((int)example["status"]!, (string)example["type"]!), written));
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = All(document).OfType<JsonObject>().Select(node => (string?)node["$ref"]).OfType<string>().ToArray();

        Assert.True(references.Length > 10);
        Assert.All(references, reference => Assert.NotNull(reference.Split('/')[1..].Aggregate((JsonNode?)document, (node, name) => node?[name])));
    }

    [Fact]
    public void The_schemas_have_the_members_that_the_service_writes()
    {
        var poster = File.ReadAllText(RepositoryRoot.Combine("src", "Service", "Posting", "GroupPoster.cs"));
        var written = WrittenMember().Matches(poster).Select(match => match.Groups[1].Value);
        var enroller = File.ReadAllText(RepositoryRoot.Combine("src", "Service", "Posting", "Enroller.cs"));

        Assert.Equal(written, Members("GroupPost").Concat(Members("PostedEnvelope")));
        Assert.Equal(["enrolment"], Members("EnrolmentRequest"));
        Assert.Contains("{{\\\"enrolment\\\":\\\"", enroller, StringComparison.Ordinal);
        Assert.All(new[] { "GroupPost", "PostedEnvelope", "EnrolmentRequest" }, name =>
        {
            Assert.Equal(Members(name), Schema(name)["required"]!.AsArray().Select(node => (string?)node));
            Assert.False((bool?)Schema(name)["additionalProperties"]);
        });
    }

    [Fact]
    public void The_example_of_an_enrolment_is_one()
    {
        var body = Example(document["paths"]![Enrolment]!["post"]!["requestBody"]!, "application/json");

        Assert.Equal(Members("EnrolmentRequest"), Names(body));
        Assert.True(Formats.Enrolment.TryParse((string?)body["enrolment"], out var enrolment, out var error), error);
        Assert.True(IdentityCertificate.TryParse(enrolment.Certificate, out var certificate, out error), error);
        Assert.True(enrolment.VerifiedBy(certificate.Identity));
        Assert.True(certificate.VerifiedUnder(certificate.OrganizationKey.Thumbprint, enrolment.Organization));
        AssertFits("EnrolmentRequest", body);
    }

    [Fact]
    public void The_examples_of_a_post_are_posts()
    {
        var examples = document["paths"]![Posts]!["post"]!["requestBody"]!["content"]!["application/json"]!["examples"]!.AsObject();

        Assert.Equal(3, examples.Count);
        foreach (var body in examples.Select(example => example.Value!["value"]!))
        {
            Assert.Equal(Members("GroupPost"), Names(body));
            Assert.True(Statement.TryParse((string?)body["statement"], out var statement, out var error), error);
            Assert.Equal(statement.Epoch, (ulong)body["epoch"]!);
            AssertFits("GroupPost", body);
            foreach (var posted in body["envelopes"]!.AsArray())
            {
                Assert.Equal(Members("PostedEnvelope"), Names(posted!));
                Assert.True(Envelope.TryParse((string?)posted!["jwe"], out var envelope, out error), error);
                Assert.Equal((statement.Organization, statement.Group, statement.Epoch), (envelope.Header.Organization, envelope.Header.Group, envelope.Header.Epoch));
                Assert.Equal((string?)posted["member"], envelope.Header.Member.Value);
                Assert.Equal((string?)posted["kid"], envelope.Header.Kid.ToString());
                AssertFits("PostedEnvelope", posted);
            }
        }
    }

    private void AssertFits(string schema, JsonNode value)
    {
        foreach (var (name, property) in Schema(schema)["properties"]!.AsObject())
        {
            if ((string?)property!["pattern"] is { } pattern)
            {
                Assert.Matches(pattern, (string?)value[name]);
                Assert.InRange(((string?)value[name])!.Length, 1, (int?)property["maxLength"] ?? int.MaxValue);
            }
        }
    }

    private JsonNode Schema(string name) => document["components"]!["schemas"]![name]!;

    private string[] Members(string schema) => Names(Schema(schema)["properties"]!);

    private static JsonNode Example(JsonNode node, string type) => node["content"]![type]!["example"]!;

    private static string[] Names(JsonNode node) => [.. node.AsObject().Select(member => member.Key)];

    private static IEnumerable<JsonNode?> All(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => All(member.Value)).Prepend(node),
        JsonArray items => items.SelectMany(All),
        _ => [node],
    };

    [GeneratedRegex("Problem\\(\\s*StatusCodes\\.Status(\\d{3})\\w+, \"([a-z-]+)\"")]
    private static partial Regex Problem();

    [GeneratedRegex("writer\\.Write(?:String|Number|StartArray)\\(\"(\\w+)\"u8")]
    private static partial Regex WrittenMember();
}
