using System.Net;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>What Entra ID sends, from the test of the connection to the deletion (docs/spec/scim.md, section 2).</summary>
public sealed class EntraCycleTests
{
    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_14_The_connection_test_finds_nobody_and_that_is_200(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var entra = await world.ConnectAsync(service: false);

        var users = await entra.FindUsersAsync("""userName eq "7c9b1f0e-6e55-4a0e-8f4e-0f2a1d1c9b11" """.TrimEnd());
        var groups = await entra.GetAsync("/Groups?excludedAttributes=members&filter=displayName+eq+%225d3c8e%22");

        Assert.Equal((HttpStatusCode.OK, 0), (users.Status, users.Total));
        Assert.Equal((HttpStatusCode.OK, 0), (groups.Status, groups.Total));
        Assert.Empty(users.Resources);
        Assert.Empty(groups.Resources);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_28_A_whole_cycle_of_a_user_in_the_older_dialect(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var entra = await world.ConnectAsync();
        const string search = "userName eq \"Ada.Lovelace@example.com\"";
        Assert.Equal(0, (await entra.FindUsersAsync(search)).Total);

        var created = (await entra.PostAsync("/Users", """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
             "externalId":"ada","userName":"Ada.Lovelace@example.com","active":"True","displayName":"Ada Lovelace","title":null,
             "emails":[{"primary":true,"type":"work","value":"ada@example.com"}],"meta":{"resourceType":"User"},
             "name":{"formatted":"Ada Lovelace","familyName":"Lovelace","givenName":"Ada"},"roles":[],
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"12"}}
            """)).Is(HttpStatusCode.Created);
        var id = (string)created.Body!["id"]!;
        (await entra.GetAsync($"/Users/{id}")).Is(HttpStatusCode.OK);
        var renamed = (await entra.PatchAsync($"/Users/{id}", ScimClient.Patch(
            """{"op":"Replace","path":"displayName","value":"Ada King"}""",
            """{"op":"Replace","path":"name.familyName","value":"King"}""",
            """{"op":"Add","path":"addresses[type eq \"work\"].locality","value":"London"}""",
            """{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber","value":"13"}""",
            """{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"someone"}""",
            """{"op":"Replace","path":"roles[primary eq \"True\"].value","value":"x"}"""))).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(("Ada King", "King", "Ada"), ((string?)renamed["displayName"], (string?)renamed["name"]!["familyName"], (string?)renamed["name"]!["givenName"]));
        Assert.Equal("London", (string?)renamed["addresses"]![0]!["locality"]);
        Assert.Equal("13", (string?)renamed["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]!["employeeNumber"]);

        var disabled = (await entra.PatchAsync($"/Users/{id}", ScimClient.Patch("""{"op":"Replace","path":"active","value":"False"}"""))).Is(HttpStatusCode.OK);
        Assert.False((bool)disabled.Body!["active"]!);
        var found = (await entra.FindUsersAsync(search)).Resources;
        Assert.False((bool)Assert.Single(found)!["active"]!);

        (await entra.PatchAsync($"/Users/{id}", ScimClient.Patch("""{"op":"Replace","path":"active","value":"True"}"""))).Is(HttpStatusCode.OK);
        var restored = (await entra.GetAsync($"/Users/{id}")).Body!;
        Assert.True((bool)restored["active"]!);
        Assert.Equal("Ada King", (string?)restored["displayName"]);

        (await entra.DeleteAsync($"/Users/{id}")).Is(HttpStatusCode.NoContent);
        (await entra.GetAsync($"/Users/{id}")).Is(HttpStatusCode.NotFound);
        Assert.Equal(0, (await entra.FindUsersAsync(search)).Total);
    }

    [Fact]
    public async Task Point_18_The_newer_dialect_comes_with_a_parameter_that_says_nothing_here()
    {
        await using var world = await ScimWorld.CreateAsync();
        var entra = await world.ConnectAsync();
        var id = await entra.UserAsync("ada@example.com");

        var patched = (await entra.PatchAsync($"/Users/{id}?aadOptscim062020", ScimClient.Patch(
            """{"op":"replace","path":"emails[type eq \"work\"].value","value":"ada@work.example"}""",
            """{"op":"replace","value":{"displayName":"Ada","name.givenName":"Ada","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Engines","active":false}}""")))
            .Is(HttpStatusCode.OK).Body!;

        Assert.Equal("ada@work.example", (string?)Assert.Single(patched["emails"]!.AsArray())!["value"]);
        Assert.Equal(("Ada", "Ada", false), ((string?)patched["displayName"], (string?)patched["name"]!["givenName"], (bool)patched["active"]!));
        Assert.Equal("Engines", (string?)patched["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]!["department"]);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_25_A_whole_cycle_of_a_group(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var entra = await world.ConnectAsync();
        var (ada, bob) = (await entra.UserAsync("ada@example.com"), await entra.UserAsync("bob@example.com"));
        var created = (await entra.PostAsync("/Groups", """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
             "externalId":"8aa1a0c0","displayName":"Engines","meta":{"resourceType":"Group"}}
            """)).Is(HttpStatusCode.Created);
        var id = (string)created.Body!["id"]!;
        Assert.Empty(created.Body!["members"]?.AsArray() ?? []);
        (await entra.PostAsync("/Groups", """{"displayName":"ENGINES"}""")).Is(HttpStatusCode.Conflict, "uniqueness");

        var searched = await entra.FindGroupsAsync("displayName eq \"engines\"", "&excludedAttributes=members");
        Assert.Equal([id], searched.Ids);
        Assert.False(searched.Resources[0]!.AsObject().ContainsKey("members"));
        var add = ScimClient.Patch($$"""{"op":"Add","path":"members","value":[{"$ref":null,"value":"{{ada}}"},{"$ref":null,"value":"{{bob}}"}]}""");
        (await entra.PatchAsync($"/Groups/{id}", add)).Is(HttpStatusCode.NoContent);
        (await entra.PatchAsync($"/Groups/{id}", add)).Is(HttpStatusCode.NoContent);
        Assert.Equal(Sorted(ada, bob), await entra.MembersOfAsync(id));
        Assert.False((await entra.GetAsync($"/Groups/{id}?excludedAttributes=members")).Body!.ContainsKey("members"));

        (await entra.PatchAsync($"/Groups/{id}", ScimClient.Patch($$"""{"op":"Remove","path":"members","value":[{"$ref":null,"value":"{{ada}}"}]}"""))).Is(HttpStatusCode.NoContent);
        Assert.Equal([bob], await entra.MembersOfAsync(id));
        (await entra.PatchAsync($"/Groups/{id}", ScimClient.Patch($$"""{"op":"remove","path":"members[value eq \"{{bob}}\"]"}"""))).Is(HttpStatusCode.NoContent);
        Assert.Empty(await entra.MembersOfAsync(id));
        (await entra.PatchAsync($"/Groups/{id}", ScimClient.Patch("""{"op":"Replace","path":"displayName","value":"Analytical Engines"}"""))).Is(HttpStatusCode.NoContent);
        Assert.Equal("Analytical Engines", (string?)(await entra.GetAsync($"/Groups/{id}")).Body!["displayName"]);
        (await entra.DeleteAsync($"/Groups/{id}")).Is(HttpStatusCode.NoContent);
        (await entra.GetAsync($"/Groups/{id}")).Is(HttpStatusCode.NotFound);
        (await entra.DeleteAsync($"/Groups/{id}")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Point_26_Removing_the_members_without_a_value_empties_the_group()
    {
        await using var world = await ScimWorld.CreateAsync();
        var entra = await world.ConnectAsync();
        var id = await entra.GroupAsync("Engines", await entra.UserAsync("ada@example.com"), await entra.UserAsync("bob@example.com"));

        (await entra.PatchAsync($"/Groups/{id}", ScimClient.Patch("""{"op":"Remove","path":"members"}"""))).Is(HttpStatusCode.NoContent);

        Assert.Empty(await entra.MembersOfAsync(id));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_27_One_membership_is_asked_for_by_id_and_member(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var entra = await world.ConnectAsync();
        var (ada, bob) = (await entra.UserAsync("ada@example.com"), await entra.UserAsync("bob@example.com"));
        var (id, other) = (await entra.GroupAsync("Engines", ada), await entra.GroupAsync("Poets", ada, bob));

        Assert.Equal([id], (await entra.FindGroupsAsync($"id eq \"{id}\" and members eq \"{ada}\"", "&excludedAttributes=members")).Ids);
        Assert.Equal(0, (await entra.FindGroupsAsync($"id eq \"{id}\" and members eq \"{bob}\"")).Total);
        Assert.Equal([other], (await entra.FindGroupsAsync($"members.value eq \"{bob}\"")).Ids);
        Assert.Equal([other], (await entra.FindGroupsAsync($"members[value eq \"{bob}\"]")).Ids);
        Assert.Equal(2, (await entra.FindGroupsAsync($"members[value eq \"{bob}\" or value eq \"{ada}\"]")).Total);
        Assert.Equal(0, (await entra.FindGroupsAsync($"members[value eq \"{bob}\" and value eq \"{ada}\"]")).Total);
        Assert.Equal([id], (await entra.FindGroupsAsync($"members ne \"{bob}\"")).Ids);
        Assert.Equal([other], (await entra.FindGroupsAsync("members[display co \"BOB\"]", "&attributes=displayName")).Ids);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_29_A_suspended_user_stays_in_its_groups(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var entra = await world.ConnectAsync();
        var ada = await entra.UserAsync("ada@example.com");
        var id = await entra.GroupAsync("Engines", ada);

        (await entra.PatchAsync($"/Users/{ada}", ScimClient.Patch("""{"op":"Replace","path":"active","value":false}"""))).Is(HttpStatusCode.OK);
        Assert.Equal([ada], await entra.MembersOfAsync(id));
        (await entra.PatchAsync($"/Users/{ada}", ScimClient.Patch("""{"op":"Replace","path":"active","value":true}"""))).Is(HttpStatusCode.OK);

        Assert.Equal([ada], await entra.MembersOfAsync(id));
    }

    [Fact]
    public async Task Point_30_Every_call_can_be_repeated_and_a_repetition_changes_nothing()
    {
        await using var world = await ScimWorld.CreateAsync();
        var entra = await world.ConnectAsync();
        var id = await entra.UserAsync("ada@example.com", ",\"title\":\"Countess\",\"nickName\":\"A\"");
        var patch = ScimClient.Patch("""{"op":"Replace","path":"title","value":"Lady"}""", """{"op":"Replace","path":"nickName","value":"B"}""", """{"op":"Replace","path":"active","value":"False"}""");
        var first = (await entra.PatchAsync($"/Users/{id}", patch)).Is(HttpStatusCode.OK);

        world.Core.Time.Pass(TimeSpan.FromMinutes(40));
        var second = (await entra.PatchAsync($"/Users/{id}", patch)).Is(HttpStatusCode.OK);

        Assert.Equal(first.Text, second.Text);
        Assert.True(JsonNode.DeepEquals(first.Body, (await entra.PutAsync($"/Users/{id}", first.Text)).Is(HttpStatusCode.OK).Body));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_31_Paging_through_with_five_shows_everybody_once(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var entra = await world.ConnectAsync();
        var ids = new List<string>();
        foreach (var number in Enumerable.Range(0, 23))
        {
            ids.Add(await entra.UserAsync($"user{number}@example.com"));
        }

        var seen = new List<string>();
        for (var start = 1; start <= 26; start += 5)
        {
            var page = await entra.GetAsync($"/Users?startIndex={start}&count=5");
            Assert.Equal((23, start, page.Ids.Length), (page.Total, (int)page.Body!["startIndex"]!, (int)page.Body["itemsPerPage"]!));
            seen.AddRange(page.Ids);
        }

        Assert.Equal(23, seen.Count);
        Assert.Equal(ids.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        Assert.Equal((await entra.GetAsync("/Users")).Ids, seen);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_32_Names_with_apostrophes_plus_signs_and_letters_of_all_kinds_are_found(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var entra = await world.ConnectAsync();
        foreach (var name in new[] { "o'brien+x@example.com", "ada_example.com#EXT#@tenant.example", "Zoë.Łukasz@example.com", "100%_\\x@example.com", "😀'; DROP TABLE \"Members\";--" })
        {
            var id = await entra.UserAsync(name);
            var quoted = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

            Assert.Equal([id], (await entra.FindUsersAsync($"userName eq \"{quoted}\"")).Ids);
            Assert.Equal([id], (await entra.FindUsersAsync($"userName sw \"{quoted.ToLowerInvariant()}\"")).Ids);
            Assert.Equal(name, (string?)(await entra.GetAsync($"/Users/{id}")).Body!["userName"]);
        }
    }

    private static string[] Sorted(params string[] ids) => [.. ids.Order(StringComparer.Ordinal)];
}
