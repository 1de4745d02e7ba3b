using System.Net;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>Many requests at once (docs/spec/scim.md, 52).</summary>
public sealed class RaceTests
{
    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_52_Of_twenty_creations_of_one_name_one_succeeds(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();

        var users = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            acme.PostAsync("/Users", $$"""{"userName":"{{(number % 2 == 0 ? "ada" : "ADA")}}@example.com"}""")));
        var groups = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            acme.PostAsync("/Groups", $$"""{"displayName":"{{(number % 2 == 0 ? "engines" : "ENGINES")}}"}""")));

        foreach (var replies in new[] { users, groups })
        {
            Assert.Single(replies, reply => reply.Status == HttpStatusCode.Created);
            Assert.Equal(19, replies.Count(reply => reply.Status == HttpStatusCode.Conflict && (string?)reply.Body!["scimType"] == "uniqueness"));
        }

        Assert.Equal((1, 1), ((await acme.GetAsync("/Users")).Total, (await acme.GetAsync("/Groups")).Total));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_52_Members_added_at_once_are_all_there(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => acme.UserAsync($"user{number}@example.com")));
        var leaving = await acme.UserAsync("leaving@example.com");
        var group = await acme.GroupAsync("Engines", leaving);

        var replies = await Task.WhenAll(ids.Select(id => acme.PatchAsync($"/Groups/{group}", ScimClient.Patch($$"""{"op":"Add","path":"members","value":[{"value":"{{id}}"}]}""")))
            .Append(acme.PatchAsync($"/Groups/{group}", ScimClient.Patch($$"""{"op":"Remove","path":"members","value":[{"value":"{{leaving}}"}]}""")))
            .Append(acme.PatchAsync($"/Groups/{group}", ScimClient.Patch("""{"op":"Replace","path":"displayName","value":"Machines"}"""))));

        Assert.All(replies, reply => reply.Is(HttpStatusCode.NoContent));
        Assert.Equal(ids.Order(StringComparer.Ordinal), await acme.MembersOfAsync(group));
        Assert.Equal("Machines", (string?)(await acme.GetAsync($"/Groups/{group}")).Body!["displayName"]);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_52_Members_that_are_deleted_while_they_are_added_leave_nothing_behind(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => acme.UserAsync($"user{number}@example.com")));
        var group = await acme.GroupAsync("Engines");

        var replies = await Task.WhenAll(ids.SelectMany(id => new[]
        {
            acme.PatchAsync($"/Groups/{group}", ScimClient.Patch($$"""{"op":"Add","path":"members","value":[{"value":"{{id}}"}]}""")),
            acme.DeleteAsync($"/Users/{id}"),
        }));

        Assert.All(replies, reply => Assert.Contains(reply.Status, new[] { HttpStatusCode.NoContent, HttpStatusCode.NotFound }));
        Assert.Empty(await acme.MembersOfAsync(group));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Point_24_A_group_of_ten_thousand_is_read_whole_and_changed_without_its_list(DatabaseProvider provider)
    {
        await using var world = await ScimWorld.CreateAsync(provider);
        var acme = await world.ConnectAsync();
        var ada = await acme.UserAsync("ada@example.com");
        var group = await acme.GroupAsync("Everybody");
        await FillAsync(world, group, 10_000);

        var added = await acme.PatchAsync($"/Groups/{group}", ScimClient.Patch($$"""{"op":"Add","path":"members","value":[{"value":"{{ada}}"}]}"""));
        var put = await acme.PutAsync($"/Groups/{group}", """{"displayName":"All"}""");

        added.Is(HttpStatusCode.NoContent);
        Assert.False(put.Is(HttpStatusCode.OK).Body!.ContainsKey("members"));
        Assert.Equal(10_001, (await acme.MembersOfAsync(group)).Length);
        Assert.InRange((await acme.GetAsync($"/Groups/{group}?excludedAttributes=members")).Text.Length, 100, 1_000);
        Assert.Equal([group], (await acme.FindGroupsAsync($"id eq \"{group}\" and members eq \"{ada}\"", "&excludedAttributes=members")).Ids);
    }

    private static Task FillAsync(ScimWorld world, string group, int members)
    {
        var now = world.Core.Time.GetUtcNow();
        return world.Store.WriteAsync(
            db =>
            {
                foreach (var number in Enumerable.Range(0, members))
                {
                    var id = $"bulk-{number:d6}";
                    db.Members.Add(new MemberRow
                    {
                        Id = id,
                        OrganizationId = "acme",
                        UserName = id,
                        UserNameKey = id.ToUpperInvariant(),
                        Active = true,
                        Profile = "{}",
                        CreatedAt = now,
                        ModifiedAt = now,
                    });
                    db.GroupMembers.Add(new GroupMemberRow { GroupId = group, MemberId = id, AddedAt = now });
                }

                return Task.CompletedTask;
            },
            ScimWorld.Token);
    }
}
