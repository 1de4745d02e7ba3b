using System.Text.Json;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Scim;

namespace EncryptionService.Provisioning.Tests.Scim;

/// <summary>Resources and lists as they are answered.</summary>
public sealed class AnswerTests
{
    private const string Enterprise = UserSchema.EnterpriseUrn;

    [Fact]
    public void Point_44_a_user_has_schemas_id_and_meta_of_the_server()
    {
        var json = Bodies.Answer("""{"id":"mine","meta":{"location":"x"},"userName":"ada","emails":[{"value":"a@x"}]}""");

        Bodies.Same(
            """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u-1","userName":"ada","active":true,"emails":[{"value":"a@x"}],
             "meta":{"resourceType":"User","created":"2026-03-01T10:00:00.007Z","lastModified":"2026-03-02T10:30:00.000Z","location":"http://localhost:5000/scim/c-1/v2/Users/u-1"}}
            """,
            json);
    }

    [Fact]
    public void Point_44_the_extension_is_in_schemas_if_it_is_there()
    {
        Assert.Equal(2, Bodies.Answer($$"""{"userName":"ada","{{Enterprise}}":{"department":"D"} }""")["schemas"]!.AsArray().Count);
        Assert.Single(Bodies.Answer($$"""{"userName":"ada","{{Enterprise}}":{"department":null} }""")["schemas"]!.AsArray());
    }

    [Theory]
    [InlineData(true, JsonValueKind.True)]
    [InlineData(false, JsonValueKind.False)]
    public void Point_7_active_is_a_boolean_whatever_was_sent(bool active, JsonValueKind kind)
    {
        var user = Bodies.User("""{"userName":"ada","active":"True"}""");

        Assert.Equal(kind, ResourceWriter.Write(user, active, Bodies.Meta(ResourceType.User, "u"))["active"]!.GetValueKind());
        Assert.Equal(JsonValueKind.True, user.Attributes["active"]!.GetValueKind());
    }

    [Fact]
    public void Point_43_an_address_is_derived_from_the_userName_if_none_was_sent()
    {
        const string derived = """[{"value":"ada@x","type":"work","primary":true}]""";

        Bodies.Same(derived, Bodies.Answer("""{"userName":"ada@x"}""")["emails"]);
        Bodies.Same(derived, Bodies.Answer("""{"userName":"ada@x","emails":[]}""")["emails"]);
        Bodies.Same(derived, Bodies.Answer("""{"userName":"ada@x","emails":null}""")["emails"]);
        Assert.False(Bodies.User("""{"userName":"ada@x"}""").Attributes.ContainsKey("emails"));
    }

    [Fact]
    public void Point_43_cleared_addresses_are_not_derived_again()
    {
        Assert.True(UserPatch.TryApply(Bodies.User(Bodies.Person), Bodies.Patch("""{"op":"remove","path":"emails"}"""), "u-1", out var patched, out _));

        Assert.False(ResourceWriter.Write(UserBody.FromStored(patched.ToStored()), true, Bodies.Meta(ResourceType.User, "u-1")).ContainsKey("emails"));
    }

    [Fact]
    public void Point_25_a_group_names_its_members_only_if_it_is_told_to()
    {
        var meta = Bodies.Meta(ResourceType.Group, "g-1");

        Assert.False(ResourceWriter.Write("G", null, null, meta).ContainsKey("members"));
        Bodies.Same("[]", ResourceWriter.Write("G", null, [], meta)["members"]);
        Bodies.Same(
            """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"g-1","displayName":"G","externalId":"e",
             "members":[{"value":"a","display":"A","type":"User","$ref":"http://h/Users/a"},{"value":"b","type":"User"}],
             "meta":{"resourceType":"Group","created":"2026-03-01T10:00:00.007Z","lastModified":"2026-03-02T10:30:00.000Z","location":"http://localhost:5000/scim/c-1/v2/Groups/g-1"}}
            """,
            ResourceWriter.Write("G", "e", [new GroupMember("a", "A", "http://h/Users/a"), new GroupMember("b", null, null)], meta));
    }

    [Theory]
    [InlineData(null, null, 1, 100)]
    [InlineData("", "", 1, 100)]
    [InlineData("1", "2", 1, 2)]
    [InlineData("0", "-5", 1, 0)]
    [InlineData("-9223372036854775808", "0", 1, 0)]
    [InlineData("7", "201", 7, 200)]
    [InlineData("9223372036854775807", "9223372036854775807", int.MaxValue, 200)]
    public void Point_46_paging_is_clamped(string? startIndex, string? count, int expectedStart, int expectedCount)
    {
        Assert.True(Page.TryParse(startIndex, count, out var page, out _));
        Assert.Equal(new Page(expectedStart, expectedCount), page);
    }

    [Theory]
    [InlineData("x", null)]
    [InlineData("1.5", null)]
    [InlineData(null, "1e3")]
    [InlineData(null, "99999999999999999999")]
    [InlineData(" 1", null)]
    public void Point_46_what_is_no_integer_is_refused(string? startIndex, string? count)
    {
        Assert.False(Page.TryParse(startIndex, count, out _, out var error));
        Assert.Equal((400, "invalidValue"), (error.Status, error.Type));
    }

    [Fact]
    public void Point_6_a_list_has_numbers_and_its_resources_even_if_there_are_none()
    {
        Bodies.Same("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}""", new Page(1, 100).Write(0, []));
        Bodies.Same("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":9,"startIndex":4,"itemsPerPage":1,"Resources":[{"id":"x"}]}""", new Page(4, 1).Write(9, [new JsonObject { ["id"] = "x" }]));
    }

    [Theory]
    [InlineData(null, null, "schemas,id,userName,name,emails,urn,active,meta")]
    [InlineData("", " ", "schemas,id,userName,name,emails,urn,active,meta")]
    [InlineData("userName", null, "schemas,id,userName")]
    [InlineData("USERNAME, Active", null, "schemas,id,userName,active")]
    [InlineData("nothing", null, "schemas,id")]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:userName", null, "schemas,id,userName")]
    [InlineData(Enterprise, null, "schemas,id,urn")]
    [InlineData(Enterprise + ":department", null, "schemas,id,urn")]
    [InlineData(Enterprise + ":costCenter", null, "schemas,id")]
    [InlineData(null, "emails,meta,id,schemas", "schemas,id,userName,name,urn,active")]
    [InlineData(null, "Name.GivenName,nothing", "schemas,id,userName,name,emails,urn,active,meta")]
    [InlineData(null, Enterprise, "schemas,id,userName,name,emails,active,meta")]
    [InlineData("userName,active", "active", "schemas,id,userName")]
    public void Point_47_attributes_are_selected_by_name(string? attributes, string? excluded, string expected)
    {
        var json = AttributeSelection.Parse(attributes, excluded, ResourceType.User).Apply(Ada());

        Assert.Equal(expected.Split(',').Order(), json.Select(member => member.Key.Split(':')[0]).Order());
    }

    [Fact]
    public void Point_47_sub_attributes_can_be_selected_and_excluded()
    {
        Bodies.Same("""{"givenName":"Ada"}""", Selected("name.givenName", null)["name"]);
        Bodies.Same("""{"familyName":"L"}""", Selected(null, "NAME.givenname")["name"]);
        Bodies.Same("""[{"value":"a@x"},{"value":"b@x"}]""", Selected("emails.value", null)["emails"]);
        Bodies.Same("""{"department":"D"}""", Selected(Enterprise + ":department", null)[Enterprise]);
        Bodies.Same("""{"resourceType":"User"}""", Selected("meta.resourceType", null)["meta"]);
        Bodies.Same("""{"givenName":"Ada","familyName":"L"}""", Selected("name,name.givenName", null)["name"]);

        static JsonObject Selected(string? attributes, string? excluded) => AttributeSelection.Parse(attributes, excluded, ResourceType.User).Apply(Ada());
    }

    [Fact]
    public void Point_25_the_selection_tells_whether_members_are_needed()
    {
        Assert.True(Needs(null, null));
        Assert.True(Needs("displayName,members.value", null));
        Assert.True(Needs(null, "members.display"));
        Assert.False(Needs(null, "members"));
        Assert.False(Needs(null, "displayName, MEMBERS"));
        Assert.False(Needs("displayName", null));

        static bool Needs(string? attributes, string? excluded) => AttributeSelection.Parse(attributes, excluded, ResourceType.Group).Includes(GroupSchema.Members);
    }

    private static JsonObject Ada() => Bodies.Answer($$"""
        {"userName":"ada","name":{"givenName":"Ada","familyName":"L"},"emails":[{"value":"a@x","type":"work"},{"value":"b@x"}],"{{Enterprise}}":{"department":"D","division":"V"} }
        """);
}
