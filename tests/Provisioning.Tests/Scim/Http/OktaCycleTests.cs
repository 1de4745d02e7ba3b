using System.Net;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>What Okta sends: its published tests of SCIM servers, and the cycle of an app that changes users by PUT (docs/spec/scim.md, section 3).</summary>
public sealed class OktaCycleTests
{
    private const string User = """
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"grace@example.com","name":{"givenName":"Grace","familyName":"Hopper"},
         "emails":[{"primary":true,"value":"grace@example.com","type":"work"}],"displayName":"Grace Hopper","locale":"en-US",
         "externalId":"00u1abcd","groups":[],"password":"1mz050nq","active":true}
        """;

    [Fact]
    public async Task Point_33_The_connector_test_lists_two_users_and_a_hundred_groups()
    {
        await using var world = await ScimWorld.CreateAsync();
        var okta = await world.ConnectAsync(service: false, kind: ConnectionKind.Okta);
        await okta.UserAsync("one@example.com");

        var users = await okta.GetAsync("/Users?startIndex=1&count=2");
        var groups = await okta.GetAsync("/Groups?startIndex=1&count=100");

        Assert.Equal((HttpStatusCode.OK, 1, 1), (users.Status, users.Total, (int)users.Body!["startIndex"]!));
        Assert.Equal((HttpStatusCode.OK, 0), (groups.Status, groups.Total));
        Assert.DoesNotContain('_', okta.Path);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_36_A_whole_cycle_of_a_user_by_get_and_put(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var okta = await world.ConnectAsync(kind: ConnectionKind.Okta);
        Assert.Equal(0, (await okta.FindUsersAsync("userName eq \"grace@example.com\"", "&startIndex=1&count=100")).Total);
        var created = (await okta.PostAsync("/Users", User)).Is(HttpStatusCode.Created);
        var id = (string)created.Body!["id"]!;

        var answer = (await okta.GetAsync($"/Users/{id}")).Is(HttpStatusCode.OK).Body!;
        answer["name"]!["familyName"] = "Murray Hopper";
        answer["title"] = "Rear Admiral";
        answer["meta"]!["created"] = "1970-01-01T00:00:00Z";
        var changed = (await okta.PutAsync($"/Users/{id}", answer.ToJsonString())).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(("Murray Hopper", "Rear Admiral", id), ((string?)changed["name"]!["familyName"], (string?)changed["title"], (string?)changed["id"]));
        Assert.Equal((string?)created.Body!["meta"]!["created"], (string?)changed["meta"]!["created"]);

        changed["active"] = false;
        Assert.False((bool)(await okta.PutAsync($"/Users/{id}", changed.ToJsonString())).Is(HttpStatusCode.OK).Body!["active"]!);
        changed["active"] = true;
        Assert.True((bool)(await okta.PutAsync($"/Users/{id}", changed.ToJsonString())).Is(HttpStatusCode.OK).Body!["active"]!);
        Assert.Equal("Rear Admiral", (string?)(await okta.GetAsync($"/Users/{id}")).Body!["title"]);
    }

    [Fact]
    public async Task Point_35_Groups_and_passwords_are_neither_kept_nor_answered()
    {
        await using var world = await ScimWorld.CreateAsync();
        var okta = await world.ConnectAsync();

        var created = (await okta.PostAsync("/Users", User)).Is(HttpStatusCode.Created);

        Assert.DoesNotContain("1mz050nq", created.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("password", created.Text, StringComparison.Ordinal);
        Assert.Equal("00u1abcd", (string?)created.Body!["externalId"]);
        var rows = await world.Store.ReadAsync(db => db.Members.ToListAsync(ScimWorld.Token), ScimWorld.Token);
        Assert.DoesNotContain("1mz050nq", Assert.Single(rows).Profile, StringComparison.Ordinal);
        Assert.Equal(["00u1abcd"], (await okta.FindUsersAsync("externalId eq \"00u1abcd\"")).Resources.Select(user => (string?)user!["externalId"]));
        Assert.Equal(0, (await okta.FindUsersAsync("externalId eq \"00U1ABCD\"")).Total);
    }

    [Fact]
    public async Task Point_37_A_patch_without_a_path_suspends()
    {
        await using var world = await ScimWorld.CreateAsync();
        var okta = await world.ConnectAsync();
        var id = await okta.UserAsync("grace@example.com");

        var reply = (await okta.PatchAsync($"/Users/{id}", ScimClient.Patch("""{"op":"replace","value":{"active":false,"password":"s3cret"}}"""))).Is(HttpStatusCode.OK);

        Assert.False((bool)reply.Body!["active"]!);
        Assert.DoesNotContain("s3cret", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Point_39_Who_was_deleted_is_made_anew_with_another_id()
    {
        await using var world = await ScimWorld.CreateAsync();
        var okta = await world.ConnectAsync();
        var first = await okta.UserAsync("grace@example.com");
        (await okta.DeleteAsync($"/Users/{first}")).Is(HttpStatusCode.NoContent);

        (await okta.GetAsync($"/Users/{first}")).Is(HttpStatusCode.NotFound);

        Assert.NotEqual(first, await okta.UserAsync("grace@example.com"));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_40_Group_push_by_put_of_the_whole_list(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var okta = await world.ConnectAsync(kind: ConnectionKind.Okta);
        var (grace, alan, kurt) = (await okta.UserAsync("grace@example.com"), await okta.UserAsync("alan@example.com"), await okta.UserAsync("kurt@example.com"));
        Assert.Equal(0, (await okta.FindGroupsAsync("displayName eq \"Compilers\"", "&startIndex=1&count=100")).Total);
        var id = await okta.GroupAsync("Compilers", grace, alan);

        (await okta.PatchAsync($"/Users/{alan}", ScimClient.Patch("""{"op":"replace","value":{"active":false}}"""))).Is(HttpStatusCode.OK);
        var put = (await okta.PutAsync($"/Groups/{id}", $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"{{id}}","displayName":"Compilers and more",
             "members":[{"value":"{{alan}}","display":"alan@example.com"},{"value":"{{kurt}}","display":"kurt@example.com"}]}
            """)).Is(HttpStatusCode.OK).Body!;

        Assert.Equal((id, "Compilers and more"), ((string?)put["id"], (string?)put["displayName"]));
        Assert.Equal(new[] { alan, kurt }.Order(StringComparer.Ordinal), await okta.MembersOfAsync(id));
        (await okta.PutAsync($"/Groups/{id}", """{"displayName":"Compilers"}""")).Is(HttpStatusCode.OK);
        Assert.Equal(2, (await okta.MembersOfAsync(id)).Length);
        (await okta.PutAsync($"/Groups/{id}", """{"displayName":"Compilers","members":[]}""")).Is(HttpStatusCode.OK);
        Assert.Empty(await okta.MembersOfAsync(id));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_41_Group_push_by_patch_keeps_members_that_it_does_not_name(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var okta = await world.ConnectAsync(kind: ConnectionKind.Okta);
        var (grace, alan) = (await okta.UserAsync("grace@example.com"), await okta.UserAsync("alan@example.com"));
        var id = await okta.GroupAsync("Compilers", grace);

        (await okta.PatchAsync($"/Groups/{id}", ScimClient.Patch($$$"""{"op":"replace","value":{"id":"{{{id}}}","displayName":"Machines"}}"""))).Is(HttpStatusCode.NoContent);
        Assert.Equal([grace], await okta.MembersOfAsync(id));
        (await okta.PatchAsync($"/Groups/{id}", ScimClient.Patch(
            $$"""{"op":"remove","path":"members[value eq \"{{grace}}\"]"}""", $$"""{"op":"add","path":"members","value":[{"value":"{{alan}}","display":"alan"}]}""")))
            .Is(HttpStatusCode.NoContent);
        Assert.Equal([alan], await okta.MembersOfAsync(id));
        (await okta.PatchAsync($"/Groups/{id}", ScimClient.Patch($$"""{"op":"replace","path":"members","value":{{ScimClient.Members(grace)}}}"""))).Is(HttpStatusCode.NoContent);
        Assert.Equal([grace], await okta.MembersOfAsync(id));
        (await okta.PatchAsync($"/Groups/{id}", ScimClient.Patch("""{"op":"replace","value":{"members":[]}}"""))).Is(HttpStatusCode.NoContent);
        Assert.Empty(await okta.MembersOfAsync(id));
        (await okta.PatchAsync($"/Groups/{id}", ScimClient.Patch("""{"op":"replace","value":{"id":"another","displayName":"Others"}}"""))).Is(HttpStatusCode.BadRequest, "mutability");
        Assert.Equal("Machines", (string?)(await okta.GetAsync($"/Groups/{id}")).Body!["displayName"]);
    }

    [Fact]
    public async Task Point_42_Unlinking_deletes_the_group_and_imports_page_by_a_hundred()
    {
        await using var world = await ScimWorld.CreateAsync();
        var okta = (await world.ConnectAsync()).Sending("application/scim+json; charset=utf-8");
        var id = await okta.GroupAsync("Compilers");

        Assert.Equal([id], (await okta.GetAsync("/Groups?startIndex=1&count=100")).Ids);
        (await okta.DeleteAsync($"/Groups/{id}")).Is(HttpStatusCode.NoContent);

        Assert.Empty((await okta.GetAsync("/Groups?startIndex=1&count=100")).Ids);
    }

    [Fact]
    public async Task Point_43_The_published_test_of_the_specification_passes()
    {
        await using var world = await ScimWorld.CreateAsync();
        var okta = (await world.ConnectAsync(kind: ConnectionKind.Okta)).Sending("application/json");
        var created = (await okta.PostAsync("/Users", """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Runscope300Abc@atko.com","name":{"givenName":"Runscope","familyName":"Okta"},
             "emails":[{"primary":true,"value":"runscope@atko.com","type":"work"}],"displayName":"Runscope","active":true}
            """)).Is(HttpStatusCode.Created);
        var id = (string)created.Body!["id"]!;
        Assert.Equal((true, "Okta", "Runscope"), ((bool)created.Body["active"]!, (string?)created.Body["name"]!["familyName"], (string?)created.Body["name"]!["givenName"]));

        var list = await okta.GetAsync("/Users?count=1&startIndex=1");
        var first = list.Resources[0]!;
        Assert.All(["id", "userName", "active"], name => Assert.NotNull(first[name]));
        Assert.NotNull(first["name"]!["familyName"]);
        Assert.NotNull(first["emails"]![0]!["value"]);
        (await okta.GetAsync($"/Users/{id}")).Is(HttpStatusCode.OK);
        Assert.NotEmpty((string)(await okta.GetAsync("/Users/010101001010101011001010101011")).Is(HttpStatusCode.NotFound).Body!["detail"]!);
        Assert.Equal(0, (await okta.FindUsersAsync("userName eq \"nobody@atko.com\"")).Total);
        (await okta.SendAsync("GET", "/Users", body: null, authorization: "non-token")).Is(HttpStatusCode.Unauthorized);
        (await okta.PostAsync("/Users", """{"userName":"runscope300abc@atko.com"}""")).Is(HttpStatusCode.Conflict, "uniqueness");
        (await okta.GetAsync("/Groups")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Point_43_Addresses_that_were_never_sent_are_answered_and_not_stored()
    {
        await using var world = await ScimWorld.CreateAsync();
        var okta = await world.ConnectAsync();

        var id = await okta.UserAsync("grace@example.com");

        Assert.Equal("grace@example.com", (string?)Assert.Single((await okta.GetAsync($"/Users/{id}")).Body!["emails"]!.AsArray())!["value"]);
        Assert.Equal("{}", await world.Store.ReadAsync(db => db.Members.Select(row => row.Profile).SingleAsync(ScimWorld.Token), ScimWorld.Token));
    }

    [Fact]
    public async Task Point_43_A_derived_address_that_comes_back_in_a_put_follows_the_name()
    {
        await using var world = await ScimWorld.CreateAsync();
        var okta = await world.ConnectAsync();
        var id = await okta.UserAsync("grace@example.com");
        var answer = (await okta.GetAsync($"/Users/{id}")).Body!;

        answer["userName"] = "hopper@example.com";
        var renamed = (await okta.PutAsync($"/Users/{id}", answer.ToJsonString())).Is(HttpStatusCode.OK).Body!;

        Assert.Equal("hopper@example.com", (string?)renamed["emails"]![0]!["value"]);
    }
}
