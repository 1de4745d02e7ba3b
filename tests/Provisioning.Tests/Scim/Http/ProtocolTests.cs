using System.Globalization;
using System.Net;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>The protocol between the lines: tokens, addresses, methods, lists, errors (docs/spec/scim.md, sections 1 and 4).</summary>
public sealed class ProtocolTests
{
    [Fact]
    public async Task Point_01_A_token_is_good_at_its_own_address_only()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var second = await world.ConnectMoreAsync("acme");
        var other = await world.ConnectAsync("other");

        (await acme.GetAsync("/Users")).Is(HttpStatusCode.OK);
        var wrong = new[] { acme.At(second.Connection), acme.At(other.Connection), acme.At("nothing"), acme.With(other.Token), acme.With("x"), acme.With("") };
        var replies = new List<ScimReply>();
        foreach (var client in wrong)
        {
            replies.Add((await client.GetAsync("/Users")).Is(HttpStatusCode.Unauthorized));
            replies.Add((await client.GetAsync("/Nothing")).Is(HttpStatusCode.Unauthorized));
            replies.Add((await client.DeleteAsync("/Users/1")).Is(HttpStatusCode.Unauthorized));
        }

        Assert.Single(replies.Select(reply => reply.Text).Distinct());
        Assert.All(replies, reply => Assert.StartsWith("Bearer", reply.Headers["WWW-Authenticate"], StringComparison.Ordinal));
        (await acme.SendAsync("GET", "/Users", body: null, authorization: $"bearer {acme.Token}")).Is(HttpStatusCode.OK);
        (await acme.SendAsync("GET", "/Users", body: null, authorization: $"Basic {acme.Token}")).Is(HttpStatusCode.Unauthorized);
        (await acme.SendAsync("GET", $"/Users?access_token={acme.Token}", body: null, authorization: "")).Is(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Point_01_A_right_call_is_noted_at_the_connection()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        (await acme.With("x").GetAsync("/Users")).Is(HttpStatusCode.Unauthorized);
        Assert.Equal((null, null), await NotesAsync(world));

        await acme.PostAsync("/Users", "{}");
        var (tested, used) = await NotesAsync(world);
        Assert.Null(tested);
        Assert.NotNull(used);
        await acme.GetAsync("/Users");

        Assert.NotNull((await NotesAsync(world)).Tested);
    }

    [Theory]
    [InlineData("application/scim+json")]
    [InlineData("application/scim+json; charset=utf-8")]
    [InlineData("application/json")]
    [InlineData("application/json; charset=UTF-8")]
    public async Task Point_02_Both_media_types_are_taken_and_one_is_answered(string mediaType)
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = (await world.ConnectAsync()).Sending(mediaType);

        await acme.UserAsync("ada@example.com");
    }

    [Fact]
    public async Task Point_02_Every_answer_is_of_scims_media_type_wherever_it_comes_from()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        foreach (var (path, status) in new[]
        {
            ("", 404), ("/", 404), ("/Nothing", 404), ("/users", 404), ("/Users/a/b", 404), ("/../../v1", 404), ("/Users//", 404), ("/ServiceProviderConfig", 200), ("/Users/", 200),
            ("/Bulk", 501), ("/Me", 501), ("/.search", 501), ("/Users/.search", 501),
        })
        {
            Assert.Equal((path, status), (path, (int)(await acme.GetAsync(path)).Status));
        }
    }

    [Fact]
    public async Task Point_03_A_search_without_a_match_is_200_and_empty()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        var reply = (await acme.FindUsersAsync("userName eq \"nobody\"")).Is(HttpStatusCode.OK);

        Assert.Equal("{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":0,\"startIndex\":1,\"itemsPerPage\":0,\"Resources\":[]}", reply.Text);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_04_Names_compare_in_any_case_and_blanks_come_as_plus_or_percent(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var id = await acme.UserAsync("Ada+Élan@example.com", ",\"displayName\":\"ÉLAN\"");

        foreach (var query in new[]
        {
            "userName%20eq%20%22ada%2B%C3%A9lan@EXAMPLE.com%22", "USERNAME+EQ+%22ada%2B%C3%A9lan@example.com%22", "displayName+eq+%22%C3%A9lan%22",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName+Eq+%22ADA%2B%C3%89LAN@example.com%22",
        })
        {
            Assert.Equal([id], (await acme.GetAsync($"/Users?filter={query}")).Ids);
        }

        Assert.Empty((await acme.GetAsync("/Users?filter=userName+eq+%22ada+%C3%A9lan@example.com%22")).Ids);
    }

    [Theory]
    [InlineData("filter=")]
    [InlineData("filter")]
    [InlineData("filter=x")]
    [InlineData("filter=userName")]
    [InlineData("filter=userName eq")]
    [InlineData("filter=userName eq ada")]
    [InlineData("filter=nickname.x eq \"a\"")]
    [InlineData("filter=password eq \"a\"")]
    [InlineData("filter=active eq \"maybe\"")]
    [InlineData("filter=userName eq \"a\" or")]
    [InlineData("filter=(userName eq \"a\"")]
    [InlineData("filter=userName eq \"a\"&filter=userName eq \"b\"")]
    [InlineData("filter=userName eq \"a\"; DROP TABLE Members")]
    public async Task Point_05_A_filter_that_cannot_be_evaluated_is_never_ignored(string query)
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        await acme.UserAsync("a");

        (await acme.GetAsync($"/Users?{query.Replace(" ", "%20", StringComparison.Ordinal)}")).Is(HttpStatusCode.BadRequest, "invalidFilter");
    }

    [Fact]
    public async Task Point_08_Names_are_stored_as_sent()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        var id = await acme.UserAsync(" Ada@Example.COM ", ",\"externalId\":\" X y \",\"displayName\":\" A \"");

        var user = (await acme.GetAsync($"/Users/{id}")).Body!;
        Assert.Equal((" Ada@Example.COM ", " X y ", " A "), ((string?)user["userName"], (string?)user["externalId"], (string?)user["displayName"]));
    }

    [Fact]
    public async Task Point_09_The_suspended_are_found_by_id_by_filter_and_in_the_list()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var id = await acme.UserAsync("ada@example.com", ",\"active\":false");
        var other = await acme.UserAsync("bob@example.com");

        Assert.False((bool)(await acme.GetAsync($"/Users/{id}")).Is(HttpStatusCode.OK).Body!["active"]!);
        Assert.Equal([id], (await acme.FindUsersAsync("active eq false")).Ids);
        Assert.Equal([other], (await acme.FindUsersAsync("active eq true")).Ids);
        Assert.Equal(new[] { id, other }.Order(StringComparer.Ordinal), (await acme.GetAsync("/Users")).Ids);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_11_A_name_in_any_case_is_taken_once_also_by_the_suspended(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        await acme.UserAsync("ada@example.com", ",\"active\":false");
        var bob = await acme.UserAsync("bob@example.com");

        (await acme.PostAsync("/Users", """{"userName":"ADA@example.com"}""")).Is(HttpStatusCode.Conflict, "uniqueness");
        (await acme.PutAsync($"/Users/{bob}", """{"userName":"Ada@example.com"}""")).Is(HttpStatusCode.Conflict, "uniqueness");
        (await acme.PatchAsync($"/Users/{bob}", ScimClient.Patch("""{"op":"replace","path":"userName","value":"Ada@example.com"}"""))).Is(HttpStatusCode.Conflict, "uniqueness");
        (await acme.PutAsync($"/Users/{bob}", """{"userName":"BOB@example.com"}""")).Is(HttpStatusCode.OK);
        await (await world.ConnectAsync("other")).UserAsync("ada@example.com");
    }

    [Fact]
    public async Task Point_12_Refusals_have_scims_form()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        var reply = (await acme.PostAsync("/Users", """{"userName":7}""")).Is(HttpStatusCode.BadRequest, "invalidValue");

        Assert.Equal("400", (string?)reply.Body!["status"]);
        Assert.Contains("userName", (string?)reply.Body["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Point_13_A_second_delete_is_404_and_names_are_free_at_once()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var user = await acme.UserAsync("ada@example.com");
        var group = await acme.GroupAsync("Engines", user);

        (await acme.DeleteAsync($"/Users/{user}")).Is(HttpStatusCode.NoContent);
        (await acme.DeleteAsync($"/Users/{user}")).Is(HttpStatusCode.NotFound);
        Assert.Empty(await acme.MembersOfAsync(group));
        (await acme.DeleteAsync($"/Groups/{group}")).Is(HttpStatusCode.NoContent);
        (await acme.DeleteAsync($"/Groups/{group}")).Is(HttpStatusCode.NotFound);

        Assert.NotEqual(user, await acme.UserAsync("ada@example.com"));
        Assert.NotEqual(group, await acme.GroupAsync("Engines"));
    }

    [Fact]
    public async Task Point_44_Created_resources_say_where_they_are()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        var user = (await acme.PostAsync("/Users", """{"id":"mine","userName":"ada","meta":{"created":"x"}}""")).Is(HttpStatusCode.Created);
        var group = (await acme.PostAsync("/Groups", """{"id":"mine","displayName":"Engines"}""")).Is(HttpStatusCode.Created);

        foreach (var (reply, kind) in new[] { (user, "User"), (group, "Group") })
        {
            var meta = reply.Body!["meta"]!;
            Assert.NotEqual("mine", (string?)reply.Body["id"]);
            Assert.Equal($"{acme.BaseUrl}/{kind}s/{(string?)reply.Body["id"]}", (string?)meta["location"]);
            Assert.Equal((string?)meta["location"], reply.Headers["Location"]);
            Assert.Equal(kind, (string?)meta["resourceType"]);
            Assert.Equal(world.Core.Time.GetUtcNow(), DateTimeOffset.Parse((string)meta["created"]!, CultureInfo.InvariantCulture));
            Assert.EndsWith("Z", (string?)meta["lastModified"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Point_45_A_patch_is_done_whole_or_not_at_all()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var user = await acme.UserAsync("ada@example.com");
        var group = await acme.GroupAsync("Engines", user);
        var before = await acme.GetAsync($"/Users/{user}");

        foreach (var (body, scimType) in new[]
        {
            (ScimClient.Patch("""{"op":"replace","path":"title","value":"x"}""", """{"op":"replace","path":"active","value":"perhaps"}"""), "invalidValue"),
            (ScimClient.Patch("""{"op":"replace","path":"title","value":"x"}""", """{"op":"remove"}"""), "noTarget"),
            (ScimClient.Patch("""{"op":"replace","path":"id","value":"x"}"""), "mutability"),
            (ScimClient.Patch("""{"op":"move","path":"title","value":"x"}"""), "invalidSyntax"),
            (ScimClient.Patch(), "invalidSyntax"),
            ("{}", "invalidSyntax"),
        })
        {
            (await acme.PatchAsync($"/Users/{user}", body)).Is(HttpStatusCode.BadRequest, scimType);
        }

        Assert.Equal(before.Text, (await acme.GetAsync($"/Users/{user}")).Text);
        (await acme.PatchAsync($"/Groups/{group}", ScimClient.Patch("""{"op":"remove","path":"members"}""", """{"op":"add","path":"members","value":[{"value":"nobody"}]}""")))
            .Is(HttpStatusCode.NotFound);
        Assert.Equal([user], await acme.MembersOfAsync(group));
        (await acme.PutAsync("/Users/nobody", """{"userName":"x"}""")).Is(HttpStatusCode.NotFound);
        (await acme.PutAsync($"/Users/{user}", """{"displayName":"x"}""")).Is(HttpStatusCode.BadRequest, "invalidValue");
    }

    [Theory]
    [InlineData("startIndex=0&count=2", 1, 2)]
    [InlineData("startIndex=-7", 1, 3)]
    [InlineData("count=-1", 1, 0)]
    [InlineData("count=0", 1, 0)]
    [InlineData("startIndex=3&count=2", 3, 1)]
    [InlineData("startIndex=2147483647&count=200", 2147483647, 0)]
    [InlineData("startIndex=9223372036854775807&count=9223372036854775807", 2147483647, 0)]
    [InlineData("count=100000", 1, 3)]
    public async Task Point_46_Odd_pages_are_served(string query, int startIndex, int resources)
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        await acme.UserAsync("a", ",\"title\":\"x\"");
        await acme.UserAsync("b", ",\"title\":\"x\"");
        await acme.UserAsync("c", ",\"title\":\"x\"");

        foreach (var path in new[] { $"/Users?{query}", $"/Users?filter=title+eq+%22X%22&{query}" })
        {
            var reply = (await acme.GetAsync(path)).Is(HttpStatusCode.OK);
            Assert.Equal((3, startIndex, resources), (reply.Total, (int)reply.Body!["startIndex"]!, reply.Resources.Count));
            Assert.Equal(resources, (int)reply.Body["itemsPerPage"]!);
        }

        (await acme.GetAsync("/Users?startIndex=one")).Is(HttpStatusCode.BadRequest, "invalidValue");
    }

    [Fact]
    public async Task Point_47_Attributes_are_selected_on_single_resources_and_lists()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var id = await acme.UserAsync("ada", ",\"name\":{\"givenName\":\"Ada\",\"familyName\":\"King\"}");

        Assert.Equal(["id", "name", "schemas"], Names(await acme.GetAsync($"/Users/{id}?attributes=NAME.givenname")));
        Assert.Equal("""{"givenName":"Ada"}""", (await acme.GetAsync($"/Users/{id}?attributes=name.givenName")).Body!["name"]!.ToJsonString());
        Assert.Equal(["id", "schemas", "userName"], (await acme.GetAsync("/Users?attributes=userName")).Resources[0]!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("name", Names(await acme.GetAsync($"/Users/{id}?excludedAttributes=name,emails,meta")));
    }

    [Fact]
    public async Task Point_49_Discovery_tells_the_truth_and_is_not_filtered()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        var config = (await acme.GetAsync("/ServiceProviderConfig")).Is(HttpStatusCode.OK).Body!;
        Assert.Equal((true, false, false), ((bool)config["patch"]!["supported"]!, (bool)config["etag"]!["supported"]!, (bool)config["bulk"]!["supported"]!));
        Assert.Equal(3, (await acme.GetAsync("/Schemas")).Is(HttpStatusCode.OK).Total);
        Assert.Equal(2, (await acme.GetAsync("/ResourceTypes")).Is(HttpStatusCode.OK).Total);
        Assert.Equal("User", (string?)(await acme.GetAsync($"/Schemas/{ScimClient.UserUrn}")).Is(HttpStatusCode.OK).Body!["name"]);
        Assert.Equal("/Groups", (string?)(await acme.GetAsync("/ResourceTypes/Group")).Is(HttpStatusCode.OK).Body!["endpoint"]);
        (await acme.GetAsync("/Schemas/urn:x")).Is(HttpStatusCode.NotFound);
        foreach (var path in new[] { "/Schemas", "/ResourceTypes", "/ServiceProviderConfig" })
        {
            (await acme.GetAsync($"{path}?filter=id+pr")).Is(HttpStatusCode.Forbidden);
        }
    }

    [Theory]
    [InlineData("PUT", "/Users", "GET, POST")]
    [InlineData("DELETE", "/Groups", "GET, POST")]
    [InlineData("POST", "/Users/x", "GET, PUT, PATCH, DELETE")]
    [InlineData("OPTIONS", "/Users", "GET, POST")]
    [InlineData("POST", "/Schemas", "GET")]
    [InlineData("BREW", "/ServiceProviderConfig", "GET")]
    public async Task Point_49_Another_method_is_405_and_the_answer_says_which_ones_work(string method, string path, string allowed)
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        Assert.Equal(allowed, (await acme.SendAsync(method, path)).Is(HttpStatusCode.MethodNotAllowed).Headers["Allow"]);
    }

    [Fact]
    public async Task Point_53_Thirty_days_after_the_last_suspension_the_user_is_gone_and_the_name_free()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var id = await acme.UserAsync("ada@example.com");
        var restored = await acme.UserAsync("bob@example.com");
        foreach (var user in new[] { id, restored })
        {
            (await acme.PatchAsync($"/Users/{user}", ScimClient.Patch("""{"op":"Replace","path":"active","value":"False"}"""))).Is(HttpStatusCode.OK);
        }

        (await acme.PatchAsync($"/Users/{restored}", ScimClient.Patch("""{"op":"Replace","path":"active","value":"True"}"""))).Is(HttpStatusCode.OK);
        var now = world.Core.Time.GetUtcNow();

        Assert.Equal(0, await world.Get<Provisioning.Directory.Purge>().RunAsync(now.AddDays(30).AddSeconds(-1), ScimWorld.Token));
        Assert.Equal(1, await world.Get<Provisioning.Directory.Purge>().RunAsync(now.AddDays(30), ScimWorld.Token));

        (await acme.GetAsync($"/Users/{id}")).Is(HttpStatusCode.NotFound);
        (await acme.DeleteAsync($"/Users/{id}")).Is(HttpStatusCode.NotFound);
        Assert.True((bool)(await acme.GetAsync($"/Users/{restored}")).Is(HttpStatusCode.OK).Body!["active"]!);
        Assert.NotEqual(id, await acme.UserAsync("ada@example.com"));
    }

    [Fact]
    public async Task Point_54_Who_has_no_keys_yet_is_a_member_at_once()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var ada = await acme.UserAsync("ada@example.com");

        var group = await acme.GroupAsync("Engines", ada);

        Assert.Equal([ada], await acme.MembersOfAsync(group));
        Assert.True((bool)(await acme.GetAsync($"/Users/{ada}")).Body!["active"]!);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_55_Without_a_service_groups_are_read_as_none_and_not_written(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync(service: false);
        var ada = await acme.UserAsync("ada@example.com");

        Assert.Equal(0, (await acme.GetAsync("/Groups")).Is(HttpStatusCode.OK).Total);
        Assert.Equal(0, (await acme.FindGroupsAsync("displayName eq \"x\"", "&excludedAttributes=members")).Is(HttpStatusCode.OK).Total);
        (await acme.GetAsync("/Groups/x")).Is(HttpStatusCode.NotFound);
        (await acme.PostAsync("/Groups", $$"""{"displayName":"x","members":{{ScimClient.Members(ada)}}}""")).Is(HttpStatusCode.Forbidden);
        (await acme.PutAsync("/Groups/x", """{"displayName":"x"}""")).Is(HttpStatusCode.Forbidden);
        (await acme.PatchAsync("/Groups/x", ScimClient.Patch("""{"op":"replace","path":"displayName","value":"y"}"""))).Is(HttpStatusCode.Forbidden);
        (await acme.DeleteAsync("/Groups/x")).Is(HttpStatusCode.Forbidden);
    }

    private static string[] Names(ScimReply reply) => [.. reply.Body!.Select(member => member.Key).Order(StringComparer.Ordinal)];

    private static Task<(DateTimeOffset? Tested, DateTimeOffset? Used)> NotesAsync(ScimWorld world) => world.Store.ReadAsync(
        async db =>
        {
            var row = await db.Connections.SingleAsync(ScimWorld.Token);
            return (row.TestedAt, row.LastUsedAt);
        },
        ScimWorld.Token);
}
