using System.Net;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>Input that is meant to hurt: a clear error, nothing changed, never a 5xx (docs/spec/scim.md, 50 and 51).</summary>
public sealed class HostileTests
{
    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("")]
    public async Task Point_50_Another_media_type_is_415(string mediaType)
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = (await world.ConnectAsync()).Sending(mediaType);

        (await acme.PostAsync("/Users", """{"userName":"ada"}""")).Is(HttpStatusCode.UnsupportedMediaType);

        Assert.Equal(0, await CountAsync(world));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_50_Bodies_that_are_no_objects_are_refused_and_change_nothing(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var user = await acme.UserAsync("ada");
        var group = await acme.GroupAsync("Engines", user);
        var before = (await acme.GetAsync($"/Users/{user}")).Text + (await acme.GetAsync($"/Groups/{group}")).Text;
        var deep = string.Concat(Enumerable.Repeat("[", 100_000));

        foreach (var body in new[]
        {
            "", " ", "null", "[]", "7", "\"x\"", "{", "{\"userName\":\"x\"", "{\"userName\":\"x\"}}", "{'userName':'x'}", "{\"userName\":\"x\",\"username\":\"y\"}",
            $"{{\"userName\":\"x\",\"name\":{deep}", "{\"userName\":\"a\\u0000b\"}", "{\"userName\":\"a\\ud800b\"}", "{\"a\\udc00\":1,\"userName\":\"x\"}", "\u0000",
            "{\"userName\":\"x\",\"password\":\"\\u0000\"}", "// {}",
        })
        {
            foreach (var (method, path) in new[]
            {
                ("POST", "/Users"), ("PUT", $"/Users/{user}"), ("PATCH", $"/Users/{user}"), ("POST", "/Groups"), ("PUT", $"/Groups/{group}"), ("PATCH", $"/Groups/{group}"),
            })
            {
                (await acme.SendAsync(method, path, body)).Is(HttpStatusCode.BadRequest, "invalidSyntax");
            }
        }

        using var notUtf8 = new ByteArrayContent([.. "{\"userName\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        (await acme.SendAsync("POST", "/Users", notUtf8)).Is(HttpStatusCode.BadRequest, "invalidSyntax");
        Assert.Equal(before, (await acme.GetAsync($"/Users/{user}")).Text + (await acme.GetAsync($"/Groups/{group}")).Text);
        Assert.Equal(1, await CountAsync(world));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_50_What_the_database_cannot_hold_is_refused(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var wide = string.Concat(Enumerable.Repeat("\U0001F600漢", 400));

        (await acme.PostAsync("/Users", $$"""{"userName":"{{wide}}"}""")).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await acme.PostAsync("/Users", $$"""{"userName":"x","externalId":"{{wide}}"}""")).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await acme.PostAsync("/Groups", $$"""{"displayName":"{{wide}}"}""")).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await acme.PostAsync("/Users", $$"""{"userName":"x","title":"{{new string('x', 900_000)}}"}""")).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await acme.PostAsync("/Users", $$"""{"userName":"x","title":"{{new string('x', 2_000_000)}}"}""")).Is(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(0, await CountAsync(world));

        var widest = Distinct(512, '\u4E00');
        var id = await acme.UserAsync(widest, $",\"externalId\":\"{widest}\",\"displayName\":\"{widest}\"");
        Assert.Equal([id], (await acme.FindUsersAsync($"userName eq \"{widest}\" and externalId eq \"{widest}\" and displayName eq \"{widest}\"")).Ids);
        (await acme.PostAsync("/Groups", $$"""{"displayName":"{{widest}}","externalId":"{{widest}}"}""")).Is(HttpStatusCode.Created);
        // In upper case these need more bytes than as they were sent.
        await acme.UserAsync(string.Concat(Enumerable.Repeat("\u0250\u0251\u026B\u0271", 128)));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_50_A_megabyte_of_members_that_nobody_knows_is_404(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var ada = await acme.UserAsync("ada");
        var group = await acme.GroupAsync("Engines", ada);
        var strangers = ScimClient.Members(Enumerable.Range(0, 60_000).Select(number => $"{number:x}"));

        (await acme.PatchAsync($"/Groups/{group}", ScimClient.Patch($$"""{"op":"add","path":"members","value":{{strangers}}}"""))).Is(HttpStatusCode.NotFound);
        (await acme.PutAsync($"/Groups/{group}", $$"""{"displayName":"Engines","members":{{strangers}}}""")).Is(HttpStatusCode.NotFound);
        (await acme.PostAsync("/Groups", $$"""{"displayName":"Others","members":{{strangers}}}""")).Is(HttpStatusCode.NotFound);
        (await acme.PatchAsync($"/Groups/{group}", ScimClient.Patch($$"""{"op":"remove","path":"members","value":{{strangers}}}"""))).Is(HttpStatusCode.NoContent);

        Assert.Equal([ada], await acme.MembersOfAsync(group));
        Assert.Equal([group], (await acme.GetAsync("/Groups")).Ids);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_50_Filters_with_what_the_database_cannot_hold_or_could_run_are_harmless(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        await acme.UserAsync("ada");
        await acme.GroupAsync("Engines");

        foreach (var value in new[] { "\\u0000", "\\ud800", "\\udc00x", "a\\u0000" })
        {
            (await acme.FindUsersAsync($"userName eq \"{value}\"")).Is(HttpStatusCode.BadRequest, "invalidFilter");
            (await acme.FindGroupsAsync($"members eq \"{value}\"")).Is(HttpStatusCode.BadRequest, "invalidFilter");
        }

        (await acme.GetAsync("/Users?filter=userName+eq+%22a%00%22")).Is(HttpStatusCode.BadRequest, "invalidFilter");
        foreach (var value in new[] { "' OR 1=1 --", "'; DROP TABLE \\\"Members\\\"; --", "%", "_", "\\\\", "ad%", "a_a", "[a]da", "*" })
        {
            Assert.Equal(0, (await acme.FindUsersAsync($"userName eq \"{value}\"")).Is(HttpStatusCode.OK).Total);
            Assert.Equal(0, (await acme.FindUsersAsync($"userName co \"{value}\"")).Is(HttpStatusCode.OK).Total);
            Assert.Equal(0, (await acme.FindUsersAsync($"externalId eq \"{value}\" or id eq \"{value}\"")).Is(HttpStatusCode.OK).Total);
            Assert.Equal(0, (await acme.FindGroupsAsync($"displayName sw \"{value}\" or members eq \"{value}\"")).Is(HttpStatusCode.OK).Total);
        }

        // The values of an invalid UTF-8 escape are what the server makes of it; what matters is that it is no 5xx.
        Assert.InRange((int)(await acme.GetAsync("/Users?filter=userName+eq+%22%FF%22")).Status, 200, 400);
        Assert.InRange((int)(await acme.GetAsync("/Users/%FF%20%27")).Status, 404, 404);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_48_Filters_built_to_blow_up_are_bounded(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var ada = await acme.UserAsync("ada", ",\"title\":\"Countess\"");
        static string Chain(int parts, string part, string by) => string.Join(by, Enumerable.Repeat(part, parts));

        Assert.Equal([ada], (await acme.FindUsersAsync(Chain(99, "userName eq \"ada\"", " or "))).Ids);
        Assert.Equal([ada], (await acme.FindUsersAsync(Chain(99, "userName ew \"a\"", " and "))).Ids);
        Assert.Equal([ada], (await acme.FindUsersAsync(Chain(90, "title co \"unt\"", " and "))).Ids);
        Assert.Equal([ada], (await acme.FindUsersAsync($"{Chain(30, "not(", "")}active eq true{Chain(30, ")", "")}")).Ids);
        (await acme.FindUsersAsync(Chain(300, "userName eq \"a\"", " or "))).Is(HttpStatusCode.BadRequest, "invalidFilter");
        (await acme.FindUsersAsync($"{Chain(1_000, "(", "")}userName pr{Chain(1_000, ")", "")}")).Is(HttpStatusCode.BadRequest, "invalidFilter");
        (await acme.FindUsersAsync($"{Chain(500, "not (", "")}userName pr")).Is(HttpStatusCode.BadRequest, "invalidFilter");
        (await acme.FindUsersAsync(Chain(3_000, "\\\"", "").Insert(0, "userName eq \"") + "\"")).Is(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_51_Another_organizations_resources_are_404_everywhere(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var other = await world.ConnectAsync("other");
        var theirs = await other.UserAsync("theirs@example.com");
        var theirGroup = await other.GroupAsync("Theirs", theirs);
        var ours = await acme.UserAsync("ours@example.com");
        var ourGroup = await acme.GroupAsync("Ours", ours);
        var before = (await other.GetAsync("/Users")).Text + (await other.GetAsync("/Groups")).Text;

        foreach (var id in new[] { theirs, theirGroup, "nothing", Guid.Empty.ToString(), new string('x', 5_000) })
        {
            foreach (var kind in new[] { "Users", "Groups" })
            {
                (await acme.GetAsync($"/{kind}/{id}")).Is(HttpStatusCode.NotFound);
                (await acme.PutAsync($"/{kind}/{id}", """{"userName":"x","displayName":"x"}""")).Is(HttpStatusCode.NotFound);
                (await acme.PatchAsync($"/{kind}/{id}", ScimClient.Patch("""{"op":"replace","path":"displayName","value":"x"}"""))).Is(HttpStatusCode.NotFound);
                (await acme.DeleteAsync($"/{kind}/{id}")).Is(HttpStatusCode.NotFound);
            }

            if (id.Length < 100)
            {
                Assert.Equal(0, (await acme.FindUsersAsync($"id eq \"{id}\"")).Total);
                Assert.Equal(0, (await acme.FindGroupsAsync($"id eq \"{id}\" or members eq \"{id}\"")).Total);
            }
        }

        (await acme.PostAsync("/Groups", $$"""{"displayName":"x","members":{{ScimClient.Members(ours, theirs)}}}""")).Is(HttpStatusCode.NotFound);
        (await acme.PutAsync($"/Groups/{ourGroup}", $$"""{"displayName":"x","members":{{ScimClient.Members(theirs)}}}""")).Is(HttpStatusCode.NotFound);
        (await acme.PatchAsync($"/Groups/{ourGroup}", ScimClient.Patch($$"""{"op":"add","path":"members","value":{{ScimClient.Members(theirs)}}}"""))).Is(HttpStatusCode.NotFound);
        (await acme.PatchAsync($"/Groups/{ourGroup}", ScimClient.Patch($$"""{"op":"add","path":"members","value":{{ScimClient.Members(ourGroup)}}}"""))).Is(HttpStatusCode.NotFound);
        (await acme.At(other.Connection).DeleteAsync($"/Users/{theirs}")).Is(HttpStatusCode.Unauthorized);

        Assert.Equal(before, (await other.GetAsync("/Users")).Text + (await other.GetAsync("/Groups")).Text);
        Assert.Equal([ours], await acme.MembersOfAsync(ourGroup));
        Assert.Equal("Ours", (string?)(await acme.GetAsync($"/Groups/{ourGroup}")).Body!["displayName"]);
    }

    [Fact]
    public async Task Point_51_Guessing_is_limited_and_the_right_token_is_not()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        for (var guess = 0; guess < 100; guess++)
        {
            (await acme.With($"guess{guess}").GetAsync("/Users")).Is(HttpStatusCode.Unauthorized);
        }

        var refused = (await acme.With("one more").GetAsync("/Users")).Is(HttpStatusCode.TooManyRequests);
        (await acme.GetAsync("/Users")).Is(HttpStatusCode.OK);

        Assert.InRange(int.Parse(refused.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        world.Core.Time.Pass(TimeSpan.FromMinutes(1));
        (await acme.With("guess").GetAsync("/Users")).Is(HttpStatusCode.Unauthorized);
    }

    private static string Distinct(int length, char first) => string.Concat(Enumerable.Range(0, length).Select(index => (char)(first + (index * 37 % 20_000))));

    private static Task<int> CountAsync(ScimWorld world) => world.Store.ReadAsync(db => db.Members.CountAsync(ScimWorld.Token), ScimWorld.Token);
}
