using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Scim;

namespace EncryptionService.Provisioning.Tests.Scim;

/// <summary>Bodies of requests, and of errors.</summary>
public sealed class JsonTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("12")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":01}")]
    [InlineData("// comment\n{}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"active\":true,\"Active\":false}")]
    [InlineData("{\"a\":{\"b\":[{\"c\":1,\"C\":2}]}}")]
    [InlineData("{\"a\":\"\\u0000\"}")]
    [InlineData("{\"a\\u0000\":1}")]
    [InlineData("{\"a\":[[\"x\\u0000y\"]]}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"a\":\"\\udc00x\"}")]
    [InlineData("{\"\\ud83d\":1}")]
    public void Point_50_a_body_that_is_no_clean_object_is_invalidSyntax(string body)
    {
        Assert.False(ScimJson.TryReadObject(Encoding.UTF8.GetBytes(body), out var json, out var error));

        Assert.Null(json);
        Assert.Equal((400, "invalidSyntax"), (error.Status, error.Type));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xed, 0xa0, 0x80, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    [InlineData(new byte[] { 0xef, 0xbb, 0xbf, (byte)'{', (byte)'}' })]
    public void Point_50_a_body_that_is_no_UTF8_without_a_mark_is_invalidSyntax(byte[] body)
    {
        Assert.False(ScimJson.TryReadObject(body, out _, out var error));
        Assert.Equal("invalidSyntax", error.Type);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(100_000, false)]
    public void Point_50_nesting_ends_at_64(int depth, bool accepted)
    {
        var body = new StringBuilder("{\"a\":").Insert(5, "[", depth - 1).Append(']', depth - 1).Append('}').ToString();

        Assert.Equal(accepted, ScimJson.TryReadObject(Encoding.UTF8.GetBytes(body), out _, out _));
    }

    [Fact]
    public void Point_8_text_comes_back_as_it_was_sent()
    {
        const string body = """{"userName":"  O'Neil+Ümit #EXT#<&>\t","n":1e400,"m":0.10}""";

        Assert.Equal(body, ScimJson.ToText(Bodies.Read(body)));
        Assert.Equal(body, Encoding.UTF8.GetString(ScimJson.ToUtf8(Bodies.Read(body)).Span));
        Assert.Equal("日本 😀", ScimJson.AsText(Bodies.Read(ScimJson.ToText(Bodies.Read("""{"a":"日本 😀"}""")))["a"]));
    }

    [Fact]
    public void Point_4_names_are_found_in_any_case()
        => Assert.Equal("x", ScimJson.AsText(Bodies.Read("""{"A":{"uSeRnAmE":"x"}}""")["a"]!["userName"]));

    [Fact]
    public void Point_12_an_error_has_its_status_as_a_string_and_only_what_it_has()
    {
        Bodies.Same("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","scimType":"invalidValue","detail":"d"}""", ScimError.InvalidValue("d").ToJson());
        Bodies.Same("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness","detail":"d"}""", ScimError.Uniqueness("d").ToJson());
        Assert.False(ScimError.NotFound("x").ToJson().ContainsKey("scimType"));
        Assert.False(ScimError.Unauthorized().ToJson().ContainsKey("scimType"));
    }

    [Fact]
    public void Point_50_what_an_error_repeats_is_short_and_has_no_control_characters()
    {
        var detail = ScimError.NotFound("a\r\nb" + new string('x', 5000)).Detail;

        Assert.True(detail.Length < 120);
        Assert.DoesNotContain(detail, char.IsControl);
        Assert.Equal("'" + new string('y', 63) + "...'", ScimError.Quote(new string('y', 63) + "😀"));
    }

    [Fact]
    public void A_stored_object_survives()
    {
        var user = Bodies.User(Bodies.Person);
        Assert.True(UserBody.FromStored(user.ToStored()).IsSame(user));
        Assert.Throws<InvalidDataException>(() => UserBody.FromStored("[]"));
        Assert.True(JsonNode.DeepEquals(Bodies.Read(user.ToStored()), user.Attributes));
    }
}
