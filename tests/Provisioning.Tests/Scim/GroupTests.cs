using EncryptionService.Provisioning.Scim;

namespace EncryptionService.Provisioning.Tests.Scim;

/// <summary>Bodies and PATCHes of groups.</summary>
public sealed class GroupTests
{
    [Fact]
    public void Point_25_the_body_of_Entra_names_no_members()
    {
        var group = Read("""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
             "externalId":"8aa1a0c0","displayName":" Ops ","meta":{"resourceType":"Group"}}
            """);

        Assert.Equal((" Ops ", "8aa1a0c0", null), (group.DisplayName, group.ExternalId, group.Members));
    }

    [Fact]
    public void Point_40_the_body_of_Okta_has_all_members()
    {
        Assert.Equal(["u-1", "u-2"], Read("""{"id":"x","displayName":"G","members":[{"value":"u-1","display":"a"},{"value":"u-2"},{"value":"u-1"}],"meta":{}}""").Members);
        Assert.Equal([], Read("""{"displayName":"G","members":[]}""").Members);
        Assert.Null(Read("""{"displayName":"G","members":null}""").Members);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"displayName":""}""")]
    [InlineData("""{"displayName":null}""")]
    [InlineData("""{"displayName":7}""")]
    [InlineData("""{"displayName":"G","members":"u"}""", false)]
    [InlineData("""{"displayName":"G","members":[{"display":"a"}]}""")]
    [InlineData("""{"displayName":"G","members":[{"value":""}]}""")]
    [InlineData("""{"displayName":"G","members":[null]}""")]
    [InlineData("""{"displayName":"G","members":[{"value":5}]}""")]
    [InlineData("""{"displayName":"G","externalId":{}}""")]
    public void A_group_without_a_name_or_with_junk_for_members_is_invalidValue(string body, bool refused = true)
    {
        Assert.Equal(!refused, GroupBody.TryRead(Bodies.Read(body), out _, out var error));
        Assert.Equal(refused ? "invalidValue" : null, error?.Type);
    }

    [Theory]
    [InlineData("""{"op":"Add","path":"members","value":[{"$ref":null,"value":"a"},{"$ref":null,"value":"b"}]}""", "+a,b")]
    [InlineData("""{"op":"Add","path":"members","value":{"value":"a"}}""", "+a")]
    [InlineData("""{"op":"Add","path":"members","value":[{"value":"a"},{"value":"a"}]}""", "+a")]
    [InlineData("""{"op":"Add","path":"members","value":[]}""", "+")]
    [InlineData("""{"op":"Add","path":"members","value":null}""", "")]
    [InlineData("""{"op":"Add","path":"members","value":[{"value":"a"}]},{"op":"Add","path":"Members","value":[{"value":"b"}]}""", "+a +b")]
    [InlineData("""{"op":"Remove","path":"members","value":[{"value":"a"}]}""", "-a")]
    [InlineData("""{"op":"Remove","path":"members","value":[]}""", "-")]
    [InlineData("""{"op":"remove","path":"members[value eq \"a\"]"}""", "-a")]
    [InlineData("""{"op":"remove","path":"members[value eq \"a\" or (value eq \"b\" or value eq \"a\")]"}""", "-a,b")]
    [InlineData("""{"op":"remove","path":"urn:ietf:params:scim:schemas:core:2.0:Group:members[value eq \"a\"]"}""", "-a")]
    [InlineData("""{"op":"remove","path":"members"}""", "=")]
    [InlineData("""{"op":"remove","path":"members","value":null}""", "=")]
    public void Point_26_members_come_and_go_as_Entra_says(string operations, string expected) => Assert.Equal(expected, Members(operations));

    [Theory]
    [InlineData("""{"op":"replace","value":{"id":"g-1","displayName":"New"}}""", "New", "")]
    [InlineData("""{"op":"replace","value":{"id":"g-1","displayName":"New","members":null}}""", "New", "")]
    [InlineData("""{"op":"remove","path":"members[value eq \"a\"]"},{"op":"add","path":"members","value":[{"value":"b","display":"B"}]}""", null, "-a +b")]
    [InlineData("""{"op":"replace","path":"members","value":[{"value":"a"},{"value":"b"}]}""", null, "=a,b")]
    [InlineData("""{"op":"replace","path":"members","value":[]}""", null, "=")]
    [InlineData("""{"op":"replace","value":{"members":[]}}""", null, "=")]
    [InlineData("""{"op":"replace","value":{"members":[{"value":"a"}]}}""", null, "=a")]
    [InlineData("""{"op":"add","value":{"members":[{"value":"a"}]}}""", null, "+a")]
    public void Point_41_members_stay_unless_an_operation_names_them(string operations, string? name, string members)
    {
        Assert.Equal(members, Members(operations));
        Assert.Equal(name, Bodies.GroupChange(operations).DisplayName);
    }

    [Fact]
    public void Point_19_name_and_external_id_change_by_path_and_by_value()
    {
        var change = Bodies.GroupChange("""{"op":"Replace","path":"displayName","value":"A"},{"op":"replace","value":{"displayName":"B","externalId":"e"}}""");
        Assert.Equal(("B", true, "e"), (change.DisplayName, change.ChangesExternalId, change.ExternalId));

        var cleared = Bodies.GroupChange("""{"op":"remove","path":"externalId"}""");
        Assert.Equal((null, true, null), (cleared.DisplayName, cleared.ChangesExternalId, cleared.ExternalId));

        Assert.False(Bodies.GroupChange("""{"op":"replace","path":"displayName","value":"A"}""").ChangesExternalId);
    }

    [Theory]
    [InlineData("""{"op":"Replace","path":"owners","value":[{"value":"x"}]}""")]
    [InlineData("""{"op":"Replace","path":"members.display","value":"x"}""")]
    [InlineData("""{"op":"Replace","path":"members[value eq \"a\"].display","value":"x"}""")]
    [InlineData("""{"op":"Replace","value":{"meta":{},"description":"x","schemas":[]}}""")]
    public void Point_22_what_is_not_kept_is_passed_over(string operation) => Assert.Equal("+a", Members(operation + """,{"op":"Add","path":"members","value":[{"value":"a"}]}"""));

    [Theory]
    [InlineData("""{"op":"remove","path":"members[value co \"a\"]"}""", "invalidFilter")]
    [InlineData("""{"op":"remove","path":"members[value eq \"a\" and value eq \"b\"]"}""", "invalidFilter")]
    [InlineData("""{"op":"remove","path":"members[not (value eq \"a\")]"}""", "invalidFilter")]
    [InlineData("""{"op":"remove","path":"members[display eq \"a\"]"}""", "invalidFilter")]
    [InlineData("""{"op":"remove","path":"members[value pr]"}""", "invalidFilter")]
    [InlineData("""{"op":"replace","path":"members[value eq \"a\"]","value":{"value":"b"}}""", "invalidPath")]
    [InlineData("""{"op":"replace","path":"members.value","value":"b"}""", "mutability")]
    [InlineData("""{"op":"replace","value":{"id":"g-2"}}""", "mutability")]
    [InlineData("""{"op":"remove","path":"displayName"}""", "invalidValue")]
    [InlineData("""{"op":"replace","path":"displayName","value":""}""", "invalidValue")]
    [InlineData("""{"op":"replace","path":"displayName","value":null}""", "invalidValue")]
    [InlineData("""{"op":"add","path":"members"}""", "invalidValue")]
    [InlineData("""{"op":"add","path":"members","value":[{"display":"a"}]}""", "invalidValue")]
    [InlineData("""{"op":"remove"}""", "noTarget")]
    public void Point_45_one_bad_operation_makes_no_change(string operation, string type)
    {
        Assert.Equal(type, Bodies.GroupError(operation).Type);
        Assert.Equal(type, Bodies.GroupError("""{"op":"Add","path":"members","value":[{"value":"a"}]},""" + operation).Type);
    }

    [Fact]
    public void Point_52_a_change_of_one_member_does_not_need_the_others()
    {
        var change = Bodies.GroupChange("""{"op":"Add","path":"members","value":[{"value":"a"}]}""");

        Assert.Equal(["a"], Assert.IsType<MemberChange.Add>(Assert.Single(change.Members)).Ids);
    }

    private static GroupBody Read(string json)
    {
        Assert.True(GroupBody.TryRead(Bodies.Read(json), out var group, out var error), error?.Detail);
        return group;
    }

    private static string Members(string operations) => string.Join(' ', Bodies.GroupChange(operations).Members.Select(change =>
        change switch { MemberChange.Add => "+", MemberChange.Remove => "-", _ => "=" } + string.Join(',', change.Ids)));
}
