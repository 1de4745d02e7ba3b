using System.Globalization;
using System.Net;
using System.Text.Json;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>What is stored, answered, refused (docs/spec/scim.md, 7 to 17, 44, 45).</summary>
public sealed class ResourceTests
{
    [Fact]
    public async Task Point_07_Active_is_a_boolean_and_ids_are_never_used_again()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var seen = new HashSet<string>();
        foreach (var active in new[] { "", ",\"active\":true", ",\"active\":\"False\"", ",\"active\":false" })
        {
            var id = await acme.UserAsync("ada", active);
            Assert.True(seen.Add(id) && !id.Contains("bulkId", StringComparison.OrdinalIgnoreCase));
            Assert.Equal(
                active.Contains("alse", StringComparison.Ordinal) ? JsonValueKind.False : JsonValueKind.True, (await acme.GetAsync($"/Users/{id}")).Body!["active"]!.GetValueKind());
            (await acme.DeleteAsync($"/Users/{id}")).Is(HttpStatusCode.NoContent);
        }
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

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_17_Created_users_and_groups_are_found_by_their_id_at_once(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();

        foreach (var (path, body) in new[] { ("/Users", """{"userName":"ada","title":"Countess"}"""), ("/Groups", """{"displayName":"Engines"}""") })
        {
            var created = (await acme.PostAsync(path, body)).Is(HttpStatusCode.Created);
            Assert.Equal(created.Text, (await acme.GetAsync($"{path}/{(string?)created.Body!["id"]}")).Is(HttpStatusCode.OK).Text);
        }
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
}
