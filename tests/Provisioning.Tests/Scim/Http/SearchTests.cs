using System.Net;
using System.Text.Json;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>Filters, pages, selected attributes (docs/spec/scim.md, 3 to 6, 9, 34, 46, 47).</summary>
public sealed class SearchTests
{
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
    public async Task Point_06_Numbers_are_numbers_and_the_order_does_not_depend_on_the_count()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        foreach (var number in Enumerable.Range(0, 7))
        {
            await acme.UserAsync($"user{number}");
            await acme.GroupAsync($"group{number}");
        }

        foreach (var path in new[] { "/Users", "/Groups" })
        {
            var all = await acme.GetAsync(path);
            var single = new List<string>();
            foreach (var start in Enumerable.Range(1, 7))
            {
                single.AddRange((await acme.GetAsync($"{path}?startIndex={start}&count=1")).Ids);
            }

            Assert.All(["totalResults", "startIndex", "itemsPerPage"], name => Assert.Equal(JsonValueKind.Number, all.Body![name]!.GetValueKind()));
            Assert.Equal(all.Ids, single);
            Assert.Equal(all.Ids[2..5], (await acme.GetAsync($"{path}?startIndex=3&count=3")).Ids);
        }
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

    [Fact]
    public async Task Point_34_A_search_by_name_comes_with_a_page()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var id = await acme.UserAsync("Grace@example.com");
        await acme.UserAsync("other@example.com");

        var found = await acme.GetAsync("/Users?filter=userName%20eq%20%22grace@example.com%22&startIndex=1&count=100");

        Assert.Equal([id], found.Ids);
        Assert.Equal(1, found.Total);
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

    private static string[] Names(ScimReply reply) => [.. reply.Body!.Select(member => member.Key).Order(StringComparer.Ordinal)];
}
