using System.Text.Json;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Scim;

namespace EncryptionService.Provisioning.Tests.Scim;

/// <summary>What the discovery endpoints tell.</summary>
public sealed class DiscoveryTests
{
    private const string Base = "http://localhost:5000/scim/c-1/v2";

    [Fact]
    public void Point_15_schemas_are_a_list_without_nulls_that_names_what_Entra_maps()
    {
        var list = Discovery.Schemas(Base);

        Bodies.Same("""["urn:ietf:params:scim:api:messages:2.0:ListResponse"]""", list["schemas"]);
        Assert.Equal(3, list["totalResults"]!.GetValue<int>());
        var schemas = list["Resources"]!.AsArray().ToDictionary(schema => schema!["id"]!.GetValue<string>(), schema => Names(schema!["attributes"]!));
        Assert.Superset(new HashSet<string> { "userName", "active", "externalId" }, schemas[UserSchema.CoreUrn]);
        Assert.Equal(["displayName", "externalId", "members"], schemas[GroupSchema.CoreUrn].Order());
        Assert.Contains("manager", schemas[UserSchema.EnterpriseUrn]);
        Assert.DoesNotContain(schemas.Values, names => names.Overlaps(["id", "meta", "schemas", "password", "groups"]));
        Assert.All(Nodes(list), Assert.NotNull);
    }

    [Fact]
    public void Point_15_every_attribute_tells_all_that_RFC_7643_asks_for()
    {
        string[] required = ["name", "type", "multiValued", "description", "required", "caseExact", "mutability", "returned", "uniqueness"];
        var attributes = Nodes(Discovery.Schemas(Base)).OfType<JsonObject>().Where(json => json.ContainsKey("mutability")).ToList();

        Assert.True(attributes.Count > 50);
        Assert.All(attributes, attribute =>
        {
            Assert.Superset(required.ToHashSet(), attribute.Select(member => member.Key).ToHashSet());
            Assert.Equal(attribute["type"]!.GetValue<string>() == "complex", attribute.ContainsKey("subAttributes"));
            Assert.Equal(attribute["type"]!.GetValue<string>() == "reference", attribute.ContainsKey("referenceTypes"));
            Assert.True(char.IsLower(attribute["name"]!.GetValue<string>().TrimStart('$')[0]));
        });
    }

    [Fact]
    public void Point_49_the_configuration_tells_the_truth_in_booleans_and_numbers()
    {
        var config = Discovery.ServiceProviderConfig(Base);

        foreach (var (feature, supported) in new[] { ("patch", true), ("bulk", false), ("filter", true), ("changePassword", false), ("sort", false), ("etag", false) })
        {
            Assert.Equal(supported ? JsonValueKind.True : JsonValueKind.False, config[feature]!["supported"]!.GetValueKind());
        }

        Assert.Equal(JsonValueKind.Number, config["bulk"]!["maxOperations"]!.GetValueKind());
        Assert.Equal(JsonValueKind.Number, config["bulk"]!["maxPayloadSize"]!.GetValueKind());
        Assert.Equal(200, config["filter"]!["maxResults"]!.GetValue<int>());
        Assert.Equal("oauthbearertoken", config["authenticationSchemes"]![0]!["type"]!.GetValue<string>());
        Assert.All(Nodes(config), Assert.NotNull);
    }

    [Fact]
    public void Point_49_schemas_and_types_are_found_by_id()
    {
        foreach (var schema in Discovery.Schemas(Base)["Resources"]!.AsArray())
        {
            var found = Discovery.Schema(schema!["id"]!.GetValue<string>().ToUpperInvariant(), Base);
            Assert.True(JsonNode.DeepEquals(schema, found));
            Assert.Equal($"{Base}/Schemas/{schema["id"]}", found!["meta"]!["location"]!.GetValue<string>());
        }

        Assert.Null(Discovery.Schema("urn:none", Base));
        Assert.Equal("/Users", Discovery.ResourceTypeOf("user", Base)!["endpoint"]!.GetValue<string>());
        Assert.Equal(UserSchema.EnterpriseUrn, Discovery.ResourceTypeOf("User", Base)!["schemaExtensions"]![0]!["schema"]!.GetValue<string>());
        Assert.Equal(GroupSchema.CoreUrn, Discovery.ResourceTypeOf("Group", Base)!["schema"]!.GetValue<string>());
        Assert.Null(Discovery.ResourceTypeOf("Robot", Base));
        Assert.Equal(2, Discovery.ResourceTypes(Base)["Resources"]!.AsArray().Count);
    }

    private static HashSet<string> Names(JsonNode attributes) => [.. attributes.AsArray().Select(attribute => attribute!["name"]!.GetValue<string>())];

    private static IEnumerable<JsonNode?> Nodes(JsonNode? node) => node switch
    {
        JsonObject json => json.SelectMany(member => Nodes(member.Value)).Prepend(json),
        JsonArray array => array.SelectMany(Nodes).Prepend(array),
        _ => [node],
    };
}
