using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Scim;

namespace EncryptionService.Provisioning.Tests.Scim;

/// <summary>What filters mean, and which are refused.</summary>
public sealed class FilterTests
{
    private const string Enterprise = UserSchema.EnterpriseUrn;

    private static readonly JsonObject ada = Bodies.Answer($$"""
        {"userName":"Ada@Example.com","externalId":"00uA","displayName":"Äda \"the\" L","title":"","name":{"givenName":"Ada","familyName":"Lovelace"},
         "emails":[{"value":"ada@example.com","type":"work","primary":true},{"value":"ada@home.example","type":"home"}],
         "{{Enterprise}}":{"employeeNumber":"0042","manager":{"value":"m-7"} } }
        """);

    [Theory]
    [InlineData("userName eq \"Ada@Example.com\"", true)]
    [InlineData("userName eq \"ADA@example.COM\"", true)]
    [InlineData("USERNAME EQ \"ada@example.com\"", true)]
    [InlineData("userName eq \"ada@example.com \"", false)]
    [InlineData("displayName eq \"äDA \\\"THE\\\" l\"", true)]
    [InlineData("externalId eq \"00uA\"", true)]
    [InlineData("externalId eq \"00ua\"", false)]
    [InlineData("id eq \"u-1\"", true)]
    [InlineData("id eq \"U-1\"", false)]
    [InlineData("emails eq \"ADA@home.example\"", true)]
    [InlineData("emails.value eq \"ada@example.com\"", true)]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ada@example.com\"", true)]
    [InlineData("URN:IETF:params:scim:schemas:core:2.0:user:NAME.GIVENNAME eq \"ada\"", true)]
    [InlineData(Enterprise + ":employeeNumber eq \"0042\"", true)]
    [InlineData(Enterprise + ":employeeNumber eq \"42\"", false)]
    [InlineData(Enterprise + ":manager.value eq \"m-7\"", true)]
    [InlineData(Enterprise + ":manager eq \"m-7\"", true)]
    public void Point_4_names_in_any_case_and_values_as_the_attribute_compares(string filter, bool matches) => AssertMatches(filter, matches);

    [Theory]
    [InlineData("userName ne \"x\"", true)]
    [InlineData("userName ne \"ADA@EXAMPLE.COM\"", false)]
    [InlineData("nickName ne \"x\"", true)]
    [InlineData("emails.type ne \"work\"", false)]
    [InlineData("userName co \"@EXAMPLE\"", true)]
    [InlineData("userName sw \"ada@\"", true)]
    [InlineData("userName sw \"da\"", false)]
    [InlineData("userName ew \".com\"", true)]
    [InlineData("externalId co \"ua\"", false)]
    [InlineData("name.familyName gt \"LOVE\"", true)]
    [InlineData("name.familyName lt \"love\"", false)]
    [InlineData("name.familyName ge \"lovelace\"", true)]
    [InlineData("name.familyName le \"LOVELACE\"", true)]
    [InlineData("name.familyName gt \"lovelace\"", false)]
    [InlineData("title pr", false)]
    [InlineData("nickName pr", false)]
    [InlineData("name pr", true)]
    [InlineData("emails pr", true)]
    [InlineData("addresses pr", false)]
    [InlineData("emails.display pr", false)]
    [InlineData("nickName eq null", true)]
    [InlineData("userName eq null", false)]
    [InlineData("userName ne null", true)]
    [InlineData("schemas eq \"urn:ietf:params:scim:schemas:core:2.0:user\"", true)]
    [InlineData("active eq true", true)]
    [InlineData("active eq false", false)]
    [InlineData("active ne false", true)]
    [InlineData("active eq \"True\"", true)]
    [InlineData("active pr", true)]
    [InlineData("meta.created eq \"2026-03-01T10:00:00.007Z\"", true)]
    [InlineData("meta.created eq \"2026-03-01T11:00:00.007+01:00\"", true)]
    [InlineData("meta.lastModified gt \"2026-03-02T10:29:59Z\"", true)]
    [InlineData("meta.lastModified lt \"2026-03-02T10:30:00\"", false)]
    [InlineData("meta.lastModified ge \"2026-03-02T10:30Z\"", true)]
    [InlineData("meta.lastModified ge \"2026-03-02\" and meta.lastModified lt \"2026-03-03\"", true)]
    [InlineData("meta.resourceType eq \"User\"", true)]
    public void Point_48_every_operator(string filter, bool matches) => AssertMatches(filter, matches);

    [Theory]
    [InlineData("userName eq \"x\" or userName eq \"y\" or externalId eq \"00uA\"", true)]
    [InlineData("externalId eq \"00uA\" or userName eq \"x\" and userName eq \"y\"", true)]
    [InlineData("(externalId eq \"00uA\" or userName eq \"x\") and userName eq \"y\"", false)]
    [InlineData("not (userName eq \"x\") and active eq true", true)]
    [InlineData("not (userName eq \"x\" or active eq true)", false)]
    [InlineData("NOT(active eq false)AND(active eq true)", true)]
    [InlineData("  ( ( active   eq true ) )  ", true)]
    [InlineData("emails[type eq \"work\" and value co \"@example.com\"]", true)]
    [InlineData("emails[type eq \"home\" and value co \"@example.com\"]", false)]
    [InlineData("emails.type eq \"home\" and emails.value co \"@example.com\"", true)]
    [InlineData("emails[primary eq true]", true)]
    [InlineData("emails[not (type eq \"work\")]", true)]
    [InlineData("emails[not (type pr)]", false)]
    [InlineData("emails[type eq \"work\"].value eq \"ADA@example.com\"", true)]
    [InlineData("emails[type eq \"home\"].value eq \"ada@example.com\"", false)]
    [InlineData("emails[type eq \"work\" or type eq \"home\"].value ew \"home.example\" and active eq true", true)]
    [InlineData("name[familyName eq \"lovelace\"]", true)]
    [InlineData("addresses[type eq \"work\"]", false)]
    public void Point_48_junctions_and_value_paths(string filter, bool matches) => AssertMatches(filter, matches);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("userName")]
    [InlineData("userName eq")]
    [InlineData("userName eq ada")]
    [InlineData("userName eq \"ada")]
    [InlineData("userName eq \"a\"b\"")]
    [InlineData("userName eq 'ada'")]
    [InlineData("userName eq \"a\\x\"")]
    [InlineData("userName eq \"a\\u12\"")]
    [InlineData("userName eq \"a\\u0000\"")]
    [InlineData("userName eq \"a\\ud800\"")]
    [InlineData("userName eq \"a\tb\"")]
    [InlineData("userName = \"x\"")]
    [InlineData("userName is \"x\"")]
    [InlineData("userName eq \"x\" and")]
    [InlineData("and userName eq \"x\"")]
    [InlineData("userName eq \"x\" userName eq \"y\"")]
    [InlineData("userName eq \"x\" xor userName eq \"y\"")]
    [InlineData("(userName eq \"x\"")]
    [InlineData("userName eq \"x\")")]
    [InlineData("()")]
    [InlineData("not userName eq \"x\"")]
    [InlineData("not ()")]
    [InlineData("emails[type eq \"work\"")]
    [InlineData("emails[]")]
    [InlineData("emails[emails[type eq \"x\"]]")]
    [InlineData("emails[userName eq \"x\"]")]
    [InlineData("emails[type eq \"work\"].")]
    [InlineData("emails[type eq \"work\"].foo eq \"x\"")]
    [InlineData("emails.value[type eq \"work\"]")]
    [InlineData("userName[value eq \"x\"]")]
    [InlineData("userName eq \"x\"; drop table users")]
    [InlineData("1 eq 1")]
    [InlineData("userName eq \"x\" -- comment")]
    public void Point_48_a_malformed_filter_is_refused(string filter) => AssertRefused(filter);

    [Theory]
    [InlineData("password eq \"x\"")]
    [InlineData("groups eq \"x\"")]
    [InlineData("employeeNumber eq \"x\"")]
    [InlineData("userName.foo eq \"x\"")]
    [InlineData("name.givenName.x eq \"x\"")]
    [InlineData("urn:other:2.0:User:userName eq \"x\"")]
    [InlineData("members eq \"x\"")]
    [InlineData("userName eq 5")]
    [InlineData("userName eq true")]
    [InlineData("userName gt null")]
    [InlineData("active eq \"yes\"")]
    [InlineData("active eq \" true\"")]
    [InlineData("active gt true")]
    [InlineData("active co \"true\"")]
    [InlineData("name eq \"Ada\"")]
    [InlineData("addresses eq \"x\"")]
    [InlineData("meta.created gt \"yesterday\"")]
    [InlineData("meta.created gt \"10:00\"")]
    [InlineData("meta.created gt \"01/02/2026\"")]
    [InlineData("meta.created co \"2026\"")]
    public void Point_5_a_filter_that_cannot_be_evaluated_is_refused_never_ignored(string filter) => AssertRefused(filter);

    [Fact]
    public void Point_5_the_error_tells_where()
    {
        Assert.False(Filter.TryParse("userName eq \"x\" and foo eq \"y\"", ResourceType.User, out _, out var error));

        Assert.Equal(20, error.Position);
        Assert.Contains("'foo'", error.ToScimError().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Point_14_any_value_may_be_searched_for()
    {
        AssertMatches($"userName eq \"{Guid.Empty}\"", false);
        AssertMatches("userName eq \"\"", false);
        Assert.True(Filter.TryParse("displayName eq \"no such group\"", ResourceType.Group, out _, out _));
    }

    [Theory]
    [InlineData("o'neil+x@example.com")]
    [InlineData("ümit_example.com#EXT#@t.onmicrosoft.com")]
    [InlineData("日本語 😀")]
    [InlineData("back\\slash \"quote\" 'apostrophe' %27 ; --")]
    public void Point_32_names_of_every_shape_are_found(string name)
    {
        var resource = ResourceWriter.Write(Bodies.User(new JsonObject { ["userName"] = name }.ToJsonString()), true, Bodies.Meta(ResourceType.User, "u"));
        var quoted = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

        Assert.True(Bodies.Filter($"userName eq \"{quoted}\"").Matches(resource));
        Assert.True(Bodies.Filter($"userName eq {JsonValue.Create(name).ToJsonString()}").Matches(resource));
    }

    [Fact]
    public void Point_27_one_membership_can_be_asked_for()
    {
        var filter = Bodies.Filter("id eq \"g-1\" and members eq \"u-2\"", ResourceType.Group);

        var parts = filter.Conjuncts().Select(part => part.TryEquality(out var path, out var value) ? (path.Name, value) : ("", "")).ToList();
        Assert.Equal([("id", "g-1"), ("members.value", "u-2")], parts);
        Assert.True(filter.Mentions(GroupSchema.Members));
        Assert.False(filter.Mentions(GroupSchema.DisplayName));

        Assert.True(filter.Matches(Group("u-1", "u-2")));
        Assert.False(filter.Matches(Group("u-1")));
        Assert.False(filter.Matches(Group()));
    }

    [Fact]
    public void Shapes_for_storage_are_recognised()
    {
        Assert.True(Bodies.Filter("USERNAME eq \"X\"").TryEquality(out var path, out var value));
        Assert.Equal(("userName", "X", false), (path.Name, value, path.Leaf.IsCaseExact));
        Assert.False(Bodies.Filter("userName ne \"x\"").TryEquality(out _, out _));
        Assert.False(Bodies.Filter("active eq true").TryEquality(out _, out _));
        Assert.False(Bodies.Filter("userName eq null").TryEquality(out _, out _));
        Assert.Equal(4, Bodies.Filter("active eq true and (userName pr and title pr) and (locale pr or locale pr)").Conjuncts().Count);
        Assert.Equal(3, Bodies.Filter("userName pr or title pr or (locale pr and locale pr)").Alternatives().Count);
        Assert.True(Bodies.Filter("not (title pr or emails[type eq \"work\"])").Mentions(UserSchema.Emails));
    }

    [Fact]
    public void Point_48_length_depth_and_parts_are_bounded()
    {
        AssertBound(FilterParser.MaxDepth, depth => new string('(', depth) + "active eq true" + new string(')', depth));
        AssertBound(FilterParser.MaxDepth, depth => string.Concat(Enumerable.Repeat("not (", depth)) + "active eq true" + new string(')', depth));
        AssertBound((FilterParser.MaxNodes + 1) / 2, terms => string.Join(" or ", Enumerable.Repeat("active eq true", terms)));
        AssertBound(FilterParser.MaxLength, length => "userName eq \"" + new string('x', length - 14) + "\"");
        AssertRefused(new string('(', FilterParser.MaxLength));
        AssertRefused(string.Concat(Enumerable.Repeat("emails[", 1000)));

        static void AssertBound(int bound, Func<int, string> make)
        {
            Bodies.Filter(make(bound));
            AssertRefused(make(bound + 1));
        }
    }

    private static JsonObject Group(params string[] members)
        => ResourceWriter.Write("G", null, members.Select(id => new GroupMember(id, null, null)), Bodies.Meta(ResourceType.Group, "g-1"));

    private static void AssertMatches(string filter, bool matches) => Assert.Equal(matches, Bodies.Filter(filter).Matches(ada));

    private static void AssertRefused(string filter)
    {
        var error = Bodies.FilterError(filter);
        Assert.Equal((400, "invalidFilter"), (error.Status, error.Type));
        Assert.True(error.Detail.Length < 250, error.Detail);
    }
}
