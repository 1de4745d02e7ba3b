using EncryptionService.Provisioning.Scim;

namespace EncryptionService.Provisioning.Tests.Scim;

/// <summary>PATCH on users, in both dialects of Entra ID and Okta's.</summary>
public sealed class UserPatchTests
{
    private const string Enterprise = UserSchema.EnterpriseUrn;

    [Theory]
    [InlineData("Replace")]
    [InlineData("replace")]
    [InlineData("REPLACE")]
    [InlineData("Add")]
    [InlineData("add")]
    public void Point_18_an_op_is_taken_in_any_case(string op)
        => Assert.Equal("New", Text(Bodies.Patched($$"""{"op":"{{op}}","path":"displayName","value":"New"}"""), "displayName"));

    [Fact]
    public void Point_19_the_legacy_dialect_has_one_path_per_operation()
    {
        var user = Bodies.Patched($$"""
            {"op":"Replace","path":"displayName","value":"Ada King"},
            {"op":"Add","path":"name.givenName","value":"Augusta"},
            {"op":"Replace","path":"externalId","value":"new"},
            {"op":"Replace","path":"emails[type eq \"work\"].value","value":"ada@new.example"},
            {"op":"Add","path":"{{Enterprise}}:employeeNumber","value":"7"},
            {"op":"Add","path":"{{Enterprise}}:manager.value","value":"m-1"},
            {"op":"Remove","path":"name.familyName"}
            """);

        Bodies.Same(
            $$"""
            {"userName":"Ada@Example.com","externalId":"new","active":true,"displayName":"Ada King","name":{"givenName":"Augusta"},
             "emails":[{"value":"ada@new.example","type":"work","primary":true},{"value":"ada@home.example","type":"home"}],
             "{{Enterprise}}":{"employeeNumber":"7","manager":{"value":"m-1"} } }
            """,
            user);
    }

    [Fact]
    public void Point_19_the_flag_dialect_has_dotted_and_URN_keys_in_a_value()
    {
        var user = Bodies.Patched($$"""
            {"op":"replace","value":{"displayName":"Ada King","name.givenName":"Augusta","name.middleName":"Byron","{{Enterprise}}:department":"D",
              "{{Enterprise}}":{"division":"V"},"urn:ietf:params:scim:schemas:core:2.0:User:title":"Countess","nickName":"A"} },
            {"op":"add","path":"emails[type eq \"other\"].value","value":"other@x"},
            {"op":"add","value":{"emails[type eq \"home\"].value":"h@x"} }
            """);

        Assert.Equal(("Ada King", "Countess", "A"), (Text(user, "displayName"), Text(user, "title"), Text(user, "nickName")));
        Bodies.Same("""{"givenName":"Augusta","middleName":"Byron","familyName":"Lovelace"}""", user["name"]);
        Bodies.Same("""{"department":"D","division":"V"}""", user[Enterprise]);
        Bodies.Same("""[{"value":"ada@example.com","type":"work","primary":true},{"value":"h@x","type":"home"},{"value":"other@x","type":"other"}]""", user["emails"]);
    }

    [Theory]
    [InlineData("""{"op":"Replace","path":"active","value":"False"}""")]
    [InlineData("""{"op":"Replace","path":"active","value":"false"}""")]
    [InlineData("""{"op":"Add","path":"active","value":"FALSE"}""")]
    [InlineData("""{"op":"replace","path":"active","value":false}""")]
    [InlineData("""{"op":"replace","path":"ACTIVE","value":false}""")]
    [InlineData("""{"op":"replace","value":{"active":false}}""")]
    [InlineData("""{"op":"replace","value":{"Active":"False"}}""")]
    [InlineData("""{"op":"replace","path":"","value":{"active":false}}""")]
    [InlineData("""{"op":"replace","path":null,"value":{"active":false}}""")]
    [InlineData("""{"op":"Replace","path":"active","value":[{"$ref":null,"value":"False"}]}""")]
    [InlineData("""{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:active","value":false}""")]
    [InlineData("""{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User","value":{"active":"False"}}""")]
    [InlineData("""{"op":"replace","value":{"urn:ietf:params:scim:schemas:core:2.0:User:active":"False"}}""")]
    [InlineData("""{"op":"replace","value":{"urn:ietf:params:scim:schemas:core:2.0:User":{"active":false}}}""")]
    public void Point_20_every_spelling_of_not_active_disables(string operation)
        => Assert.False(Bodies.Patched(operation)["active"]!.GetValue<bool>());

    [Fact]
    public void Point_20_active_as_the_string_True_enables()
        => Assert.True(Bodies.Patched("""{"op":"Replace","path":"active","value":"True"}""", """{"userName":"ada","active":false}""")["active"]!.GetValue<bool>());

    [Theory]
    [InlineData("\"no\"")]
    [InlineData("\"\"")]
    [InlineData("\" False\"")]
    [InlineData("\"0\"")]
    [InlineData("0")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[null]")]
    [InlineData("{}")]
    [InlineData("{\"value\":null}")]
    [InlineData("[true,false]")]
    public void Point_20_anything_else_for_active_is_refused_and_nothing_changes(string value)
    {
        AssertInvalid($$"""{"op":"replace","path":"displayName","value":"New"},{"op":"replace","path":"active","value":{{value}}}""");
        AssertInvalid($$$"""{"op":"replace","value":{"displayName":"New","active":{{{value}}}}}""");
    }

    [Fact]
    public void Point_20_active_cannot_be_removed() => AssertInvalid("""{"op":"remove","path":"active"}""");

    [Theory]
    [InlineData("""{"op":"Add","path":"emails[type eq \"other\"].value","value":"o@x"}""", """{"type":"other","value":"o@x"}""")]
    [InlineData("""{"op":"Replace","path":"emails[type eq \"other\"].value","value":"o@x"}""", """{"type":"other","value":"o@x"}""")]
    [InlineData("""{"op":"Add","path":"emails[type eq \"other\" and primary eq false].value","value":"o@x"}""", """{"type":"other","primary":false,"value":"o@x"}""")]
    [InlineData("""{"op":"Add","path":"emails[type eq \"other\"]","value":{"value":"o@x","display":"O"}}""", """{"type":"other","value":"o@x","display":"O"}""")]
    [InlineData("""{"op":"Add","path":"EMAILS[TYPE EQ \"other\"].VALUE","value":"o@x"}""", """{"type":"other","value":"o@x"}""")]
    public void Point_21_a_missing_element_is_made(string operation, string element)
    {
        var emails = Bodies.Patched(operation)["emails"]!.AsArray();

        Assert.Equal(3, emails.Count);
        Bodies.Same(element, emails[2]);
    }

    [Fact]
    public void Point_21_several_parts_make_one_element()
        => Bodies.Same(
            """[{"type":"work","country":"UK","locality":"London"}]""",
            Bodies.Patched("""
                {"op":"Add","path":"addresses[type eq \"work\"].country","value":"UK"},
                {"op":"Add","path":"addresses[type eq \"work\"].locality","value":"London"}
                """)["addresses"]);

    [Fact]
    public void Point_21_the_first_address_of_all_is_made()
        => Bodies.Same("""[{"type":"work","value":"a@x"}]""", Bodies.Patched("""{"op":"Add","path":"emails[type eq \"work\"].value","value":"a@x"}""", """{"userName":"ada"}""")["emails"]);

    [Theory]
    [InlineData("emails[type eq \\\"a\\\" or type eq \\\"b\\\"].value")]
    [InlineData("emails[not (type pr)].value")]
    [InlineData("emails[type co \\\"zzz\\\"].value")]
    public void Point_21_a_filter_that_describes_no_element_is_noTarget(string path)
        => Assert.Equal((400, "noTarget"), Error($$"""{"op":"Add","path":"{{path}}","value":"x@y"}"""));

    [Theory]
    [InlineData("""{"op":"Add","path":"roles","value":[{"value":"x"}]}""")]
    [InlineData("""{"op":"Add","path":"roles[primary eq \"True\"].value","value":"x"}""")]
    [InlineData("""{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:custom:2.0:User:tag","value":"x"}""")]
    [InlineData("""{"op":"Replace","path":"name.shoeSize","value":"x"}""")]
    [InlineData("""{"op":"Replace","path":"emails[type eq \"work\"].shoeSize","value":"x"}""")]
    [InlineData("""{"op":"Remove","path":"groups"}""")]
    [InlineData("""{"op":"Replace","path":"meta.location","value":"x"}""")]
    [InlineData("""{"op":"Replace","path":"schemas","value":["x"]}""")]
    [InlineData("""{"op":"Replace","path":"nothing"}""")]
    [InlineData("""{"op":"replace","value":{"password":"x","shoe size":4,"urn:x:y":{"a":"b"},"meta":{}}}""")]
    public void Point_22_an_operation_on_what_is_not_kept_does_not_lose_a_deactivation(string operation)
        => Bodies.Same(
            Bodies.Person.Replace("\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],", "", StringComparison.Ordinal).Replace("true,\"dis", "false,\"dis", StringComparison.Ordinal),
            Bodies.Patched(operation + """,{"op":"Replace","path":"active","value":"False"}"""));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    public void Point_23_an_empty_value_clears(string value)
    {
        var user = Bodies.Patched($$"""
            {"op":"replace","path":"displayName","value":{{value}}},
            {"op":"replace","path":"externalId","value":{{value}}},
            {"op":"replace","path":"name.givenName","value":{{value}}},
            {"op":"replace","path":"emails[type eq \"work\"].value","value":{{value}}},
            {"op":"replace","path":"phoneNumbers[type eq \"fax\"].value","value":{{value}}},
            {"op":"replace","path":"{{Enterprise}}:department","value":{{value}}}
            """);

        Bodies.Same("""{"userName":"Ada@Example.com","active":true,"name":{"familyName":"Lovelace"},"emails":[{"value":"ada@home.example","type":"home"}]}""", user);
    }

    [Fact]
    public void Point_23_clearing_in_two_steps_is_no_error()
        => Assert.False(Bodies.Patched("""{"op":"replace","path":"title","value":""},{"op":"replace","path":"title","value":null}""").ContainsKey("title"));

    [Theory]
    [InlineData("""{"op":"Add","path":"U:manager","value":"m-2"}""", """{"value":"m-2"}""")]
    [InlineData("""{"op":"Replace","path":"U:manager","value":[{"$ref":"http://x/Users/m-2","value":"m-2"}]}""", """{"value":"m-2","$ref":"http://x/Users/m-2"}""")]
    [InlineData("""{"op":"Add","path":"U:manager","value":[{"$ref":null,"value":"m-2"}]}""", """{"value":"m-2"}""")]
    [InlineData("""{"op":"Replace","path":"U:manager","value":{"value":"m-2"}}""", """{"value":"m-2"}""")]
    [InlineData("""{"op":"replace","value":{"U:manager":"m-2"}}""", """{"value":"m-2"}""")]
    [InlineData("""{"op":"Replace","path":"U:manager","value":""}""", null)]
    [InlineData("""{"op":"Replace","path":"U:manager","value":null}""", null)]
    [InlineData("""{"op":"Replace","path":"U:manager","value":[]}""", null)]
    [InlineData("""{"op":"Replace","path":"U:manager","value":[{"$ref":"x","value":""}]}""", null)]
    [InlineData("""{"op":"Remove","path":"U:manager"}""", null)]
    [InlineData("""{"op":"Remove","path":"U:manager.value"}""", null)]
    [InlineData("""{"op":"Remove","path":"U"}""", null)]
    [InlineData("""{"op":"replace","value":{"U":null}}""", null)]
    public void Point_23_a_manager_comes_in_every_form(string operation, string? manager)
    {
        var before = $$"""{"userName":"ada","{{Enterprise}}":{"manager":{"value":"m-1"} } }""";

        var user = Bodies.Patched(operation.Replace("\"U", "\"" + Enterprise, StringComparison.Ordinal), before);

        Assert.Equal(manager is not null, user.ContainsKey(Enterprise));
        if (manager is not null)
        {
            Bodies.Same(manager, user[Enterprise]!["manager"]);
        }
    }

    [Fact]
    public void Point_37_a_password_in_a_value_is_passed_over()
        => Assert.DoesNotContain("hunter2", Bodies.Patched("""{"op":"replace","value":{"password":"hunter2","active":false}}""").ToJsonString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"op":"replace","path":"id","value":"u-1"}""")]
    [InlineData("""{"op":"replace","value":{"id":"u-1","displayName":"x"}}""")]
    public void Point_45_the_same_id_is_no_change(string operation) => Assert.False(Bodies.Patched(operation).ContainsKey("id"));

    [Theory]
    [InlineData("""{"op":"replace","path":"id","value":"u-2"}""")]
    [InlineData("""{"op":"replace","path":"displayName","value":"x"},{"op":"replace","value":{"id":"U-1"}}""")]
    [InlineData("""{"op":"replace","path":"id","value":null}""")]
    [InlineData("""{"op":"remove","path":"id"}""")]
    public void Point_45_another_id_is_mutability(string operations) => Assert.Equal((400, "mutability"), Error(operations));

    [Theory]
    [InlineData("""{"op":"remove"}""", "noTarget")]
    [InlineData("""{"op":"remove","path":"","value":{"title":"x"}}""", "noTarget")]
    [InlineData("""{"op":"remove","path":"urn:ietf:params:scim:schemas:core:2.0:User"}""", "noTarget")]
    [InlineData("""{"path":"title","value":"x"}""", "invalidSyntax")]
    [InlineData("""{"op":null,"path":"title","value":"x"}""", "invalidSyntax")]
    [InlineData("""{"op":"move","path":"title","value":"x"}""", "invalidSyntax")]
    [InlineData("""{"op":5,"path":"title","value":"x"}""", "invalidSyntax")]
    [InlineData("\"add\"", "invalidSyntax")]
    [InlineData("null", "invalidSyntax")]
    [InlineData("", "invalidSyntax")]
    [InlineData("""{"op":"add","path":5,"value":"x"}""", "invalidPath")]
    [InlineData("""{"op":"add","path":"no path","value":"x"}""", "invalidPath")]
    [InlineData("""{"op":"add","path":"emails[type eq \"work\"","value":"x"}""", "invalidPath")]
    [InlineData("""{"op":"add","path":"emails[type eq \"work\"]value","value":"x"}""", "invalidPath")]
    [InlineData("""{"op":"add","path":"[type eq \"work\"]","value":"x"}""", "invalidPath")]
    [InlineData("""{"op":"add","path":"userName[type eq \"work\"]","value":"x"}""", "invalidPath")]
    [InlineData("""{"op":"add","path":"emails[].value","value":"x"}""", "invalidFilter")]
    [InlineData("""{"op":"add","path":"emails[shoe eq \"x\"].value","value":"x"}""", "invalidFilter")]
    [InlineData("""{"op":"add","path":"title"}""", "invalidValue")]
    [InlineData("""{"op":"add","value":"x"}""", "invalidValue")]
    [InlineData("""{"op":"replace"}""", "invalidValue")]
    [InlineData("""{"op":"replace","path":"userName","value":""}""", "invalidValue")]
    [InlineData("""{"op":"replace","path":"userName","value":5}""", "invalidValue")]
    [InlineData("""{"op":"remove","path":"userName"}""", "invalidValue")]
    [InlineData("""{"op":"replace","path":"title","value":{"a":1}}""", "invalidValue")]
    [InlineData("""{"op":"replace","path":"name","value":"Ada"}""", "invalidValue")]
    public void Point_45_one_bad_operation_undoes_the_good_ones(string operation, string type)
    {
        var good = """{"op":"replace","path":"displayName","value":"New"}""";

        Assert.Equal((400, type), Error(operation));
        if (operation.Length > 0)
        {
            Assert.Equal((400, type), Error(good + "," + operation));
            Assert.Equal((400, type), Error(operation + "," + good));
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Operations":null}""")]
    [InlineData("""{"Operations":{}}""")]
    [InlineData("""{"Operations":[]}""")]
    public void Point_45_without_operations_there_is_no_PATCH(string body)
    {
        Assert.False(PatchRequest.TryRead(Bodies.Read(body), out _, out var error));
        Assert.Equal((400, "invalidSyntax"), (error.Status, error.Type));
    }

    [Theory]
    [InlineData("""{"op":"add","path":"emails","value":[{"value":"n@x","type":"other"}]}""", "work*,home,other")]
    [InlineData("""{"op":"add","path":"emails","value":{"value":"n@x","type":"other","primary":true}}""", "work,home,other*")]
    [InlineData("""{"op":"add","path":"emails","value":[{"value":"ada@home.example","type":"home"}]}""", "work*,home")]
    [InlineData("""{"op":"replace","path":"emails","value":[{"value":"n@x","type":"other"}]}""", "other")]
    [InlineData("""{"op":"replace","path":"emails","value":[]}""", "")]
    [InlineData("""{"op":"remove","path":"emails"}""", "")]
    [InlineData("""{"op":"remove","path":"emails[type eq \"work\"]"}""", "home")]
    [InlineData("""{"op":"remove","path":"emails[type eq \"none\"]"}""", "work*,home")]
    [InlineData("""{"op":"remove","path":"emails[type eq \"work\"].value"}""", "home")]
    [InlineData("""{"op":"remove","path":"emails","value":[{"value":"ada@home.example"}]}""", "work*")]
    [InlineData("""{"op":"remove","path":"emails.value"}""", "")]
    [InlineData("""{"op":"replace","path":"emails[type eq \"home\"].primary","value":"True"}""", "work,home*")]
    [InlineData("""{"op":"replace","path":"emails[primary eq true].type","value":"other"}""", "other*,home")]
    [InlineData("""{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"n@x"}}""", "work,home")]
    [InlineData("""{"op":"add","path":"emails[type eq \"work\"]","value":{"value":"n@x"}}""", "work*,home")]
    [InlineData("""{"op":"replace","path":"emails.display","value":"d"}""", "work*,home")]
    [InlineData("""{"op":"replace","path":"emails[value ew \"]\\\"x\"].display","value":null}""", "work*,home")]
    public void Lists_are_added_to_replaced_and_removed_from(string operation, string expected)
    {
        var emails = Bodies.Patched(operation)["emails"]!.AsArray().Select(email => Text(email!, "type") + (email!["primary"]?.GetValue<bool>() == true ? "*" : ""));

        Assert.Equal(expected, string.Join(',', emails));
    }

    [Fact]
    public void Point_30_a_repeated_PATCH_changes_nothing_more()
    {
        const string operations = """
            {"op":"Add","path":"emails[type eq \"other\"].value","value":"o@x"},{"op":"Add","path":"phoneNumbers","value":[{"value":"1"}]},
            {"op":"Replace","path":"active","value":"False"},{"op":"Remove","path":"title"},{"op":"Replace","value":{"name.givenName":"A"} }
            """;
        var once = Bodies.Patched(operations);

        Bodies.Same(once.ToJsonString(), Bodies.Patched(operations, once.ToJsonString()));
    }

    [Fact]
    public void Lists_are_bounded_in_a_PATCH_too()
    {
        var many = string.Join(',', Enumerable.Range(0, 60).Select(n => $$"""{"op":"add","path":"phoneNumbers[type eq \"t{{n}}\"].value","value":"{{n}}"}"""));
        var more = many.Replace("\\\"t", "\\\"s", StringComparison.Ordinal);

        Assert.Equal(60, Bodies.Patched(many)["phoneNumbers"]!.AsArray().Count);
        Assert.Equal((400, "invalidValue"), Error(many + "," + more));
    }

    private static string? Text(System.Text.Json.Nodes.JsonNode node, string name) => ScimJson.AsText(node[name]);

    private static (int, string?) Error(string operations) => Bodies.PatchError(operations) is var error ? (error.Status, error.Type) : default;

    private static void AssertInvalid(string operations) => Assert.Equal((400, "invalidValue"), Error(operations));
}
