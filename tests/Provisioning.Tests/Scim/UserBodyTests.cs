using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Scim;

namespace EncryptionService.Provisioning.Tests.Scim;

/// <summary>What is kept of a POST or PUT of a user.</summary>
public sealed class UserBodyTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"userName":null}""")]
    [InlineData("""{"userName":""}""")]
    [InlineData("""{"userName":"  "}""")]
    [InlineData("""{"userName":5}""")]
    [InlineData("""{"userName":true}""")]
    [InlineData("""{"userName":{"x":"y"}}""")]
    [InlineData("""{"userName":["a","b"]}""")]
    [InlineData("""{"displayName":"Ada","externalId":"x"}""")]
    public void Point_10_without_a_userName_a_user_is_refused(string body)
    {
        var error = Bodies.UserError(body);

        Assert.Equal((400, "invalidValue"), (error.Status, error.Type));
        Assert.Contains("userName", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Point_10_a_userName_is_enough()
    {
        var user = Bodies.User("""{"userName":"ada"}""");

        Assert.Equal(("ada", null, null, null), (user.UserName, user.ExternalId, user.DisplayName, user.Active));
        Bodies.Same("""{"userName":"ada"}""", user.Attributes);
    }

    [Fact]
    public void Point_8_text_is_kept_as_it_was_sent()
        => Bodies.Same("""{"userName":" Ada@EXAMPLE.com ","externalId":" X ","name":{"givenName":" é "}}""", Bodies.User("""{"userName":" Ada@EXAMPLE.com ","externalId":" X ","name":{"givenName":" é "}}""").Attributes);

    [Fact]
    public void Point_16_the_gallery_body_is_taken_and_what_is_not_kept_is_left_out()
        => Bodies.Same(
            """{"userName":"ada@example.com","externalId":"adl","active":true}""",
            Bodies.User("""
                {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                 "externalId":"adl","userName":"ada@example.com","active":"True","meta":{"resourceType":"User"},"roles":[],"title":null,"name":{"familyName":null},
                 "emails":[{"primary":true,"type":"work","value":null}],"phoneNumbers":null,"addresses":[],"custom":{"deep":[1,2]},"x509Certificates":"junk",
                 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":null},"urn:custom:2.0:User":{"a":"b"}}
                """).Attributes);

    [Fact]
    public void Point_16_the_other_body_is_kept_whole()
    {
        const string body = """
            {"userName":"ada","displayName":"Ada L","title":"Countess","name":{"formatted":"Ada L","familyName":"L","givenName":"Ada"},
             "emails":[{"value":"a@x","type":"work","primary":true}],"phoneNumbers":[{"value":"1","type":"mobile"},{"value":"2","type":"fax"}],
             "addresses":[{"type":"work","country":"UK","streetAddress":"1 St","locality":"London","postalCode":"X","region":"R","formatted":"F"}],
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7","department":"D","manager":{"value":"m"} } }
            """;

        Bodies.Same(body, Bodies.User(body).Attributes);
        Bodies.Same(body, Bodies.User(body.Replace("userName", "USERNAME", StringComparison.Ordinal).Replace("givenName", "GivenName", StringComparison.Ordinal)).Attributes);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("\"True\"", true)]
    [InlineData("\"False\"", false)]
    [InlineData("\"fAlSe\"", false)]
    [InlineData("null", null)]
    public void Point_20_active_is_taken_as_a_boolean_or_its_word(string active, bool? expected)
        => Assert.Equal(expected, Bodies.User($$"""{"userName":"ada","active":{{active}}}""").Active);

    [Theory]
    [InlineData("\"active\":\"\"")]
    [InlineData("\"active\":\"no\"")]
    [InlineData("\"active\":\" true\"")]
    [InlineData("\"active\":0")]
    [InlineData("\"active\":{}")]
    [InlineData("\"active\":[true,false]")]
    [InlineData("\"displayName\":true")]
    [InlineData("\"displayName\":{\"a\":1}")]
    [InlineData("\"name\":\"Ada\"")]
    [InlineData("\"name\":[{\"givenName\":\"a\"},{\"givenName\":\"b\"}]")]
    [InlineData("\"emails\":5")]
    [InlineData("\"emails\":[{\"value\":{}}]")]
    [InlineData("\"emails\":[{\"value\":\"a\",\"primary\":\"maybe\"}]")]
    [InlineData("\"addresses\":[\"somewhere\"]")]
    [InlineData("\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":\"x\"")]
    public void A_kept_attribute_of_the_wrong_type_is_invalidValue(string member)
        => Assert.Equal((400, "invalidValue"), (Bodies.UserError($$"""{"userName":"ada",{{member}}}""") is var error ? error.Status : 0, error.Type));

    [Fact]
    public void What_providers_write_instead_of_a_value_is_understood()
        => Bodies.Same(
            """
            {"userName":"ada","title":"42","emails":[{"value":"a@x"}],"phoneNumbers":[{"value":"1","type":"work"}],
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"007.50","manager":{"value":"m"} } }
            """,
            Bodies.User("""
                {"userName":"ada","title":[{"$ref":null,"value":"42"}],"emails":["a@x"],"phoneNumbers":{"value":"1","type":"work"},
                 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":7.50,"manager":[{"$ref":null,"value":"m"}] } }
                """.Replace("7.50", "\"007.50\"", StringComparison.Ordinal)).Attributes);

    [Fact]
    public void A_number_for_text_is_kept_as_its_digits()
        => Assert.Equal("7.50", ScimJson.AsText(Bodies.User("""{"userName":"ada","title":7.50}""").Attributes["title"]));

    [Fact]
    public void Text_and_lists_are_bounded()
    {
        AssertBound("userName", 512);
        AssertBound("externalId", 512);
        AssertBound("title", 1024);
        AssertBound("profileUrl", 2048);
        Assert.Equal(100, Bodies.User(Emails(100)).Attributes["emails"]!.AsArray().Count);
        Assert.Equal("invalidValue", Bodies.UserError(Emails(101)).Type);

        static string Emails(int count) => $$"""{"userName":"ada","emails":[{{string.Join(',', Enumerable.Range(0, count).Select(n => $"\"{n}@x\""))}}]}""";

        static void AssertBound(string name, int bound)
        {
            JsonObject Make(int length)
            {
                var body = new JsonObject { ["userName"] = "ada" };
                body[name] = new string('x', length);
                return body;
            }

            Assert.Equal(bound, Bodies.User(Make(bound).ToJsonString()).Attributes[name]!.GetValue<string>().Length);
            Assert.Equal("invalidValue", Bodies.UserError(Make(bound + 1).ToJsonString()).Type);
        }
    }

    [Fact]
    public void Point_35_password_groups_and_roles_are_not_kept()
    {
        var user = Bodies.User("""{"userName":"ada","password":"hunter2","groups":[{"value":"g"}],"roles":[{"value":"admin"}],"locale":"en-US"}""");

        Bodies.Same("""{"userName":"ada","locale":"en-US"}""", user.Attributes);
        Assert.DoesNotContain("hunter2", user.ToStored(), StringComparison.Ordinal);
    }

    [Fact]
    public void Point_36_a_whole_answer_can_be_put_back()
    {
        var answer = Bodies.Answer(Bodies.Person);
        answer["id"] = "another";
        answer["groups"] = new JsonArray(new JsonObject { ["value"] = "g" });
        answer["active"] = false;

        var put = Bodies.User(answer.ToJsonString());

        Assert.False(put.Active);
        Assert.True(put.WithActive(true).IsSame(Bodies.User(Bodies.Person)));
    }

    [Fact]
    public void Mail_goes_to_the_primary_address_or_the_first_or_the_userName()
    {
        Assert.Equal("b@x", Bodies.User("""{"userName":"u","emails":[{"value":"a@x"},{"value":"b@x","primary":true}]}""").MailAddress);
        Assert.Equal("a@x", Bodies.User("""{"userName":"u","emails":[{"value":"a@x"},{"value":"b@x","primary":"False"}]}""").MailAddress);
        Assert.Equal("u", Bodies.User("""{"userName":"u"}""").MailAddress);
    }
}
