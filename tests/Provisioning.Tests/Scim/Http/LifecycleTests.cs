using System.Net;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>What SCIM sees of the life of members and groups (docs/spec/scim.md, 38, 53 to 55).</summary>
public sealed class LifecycleTests
{
    [Fact]
    public async Task Point_38_Only_active_suspends_and_no_group_has_to_be_told()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();
        var ada = await acme.UserAsync("ada@example.com");
        var group = await acme.GroupAsync("Engines", ada);

        (await acme.PutAsync($"/Users/{ada}", """{"userName":"ada@example.com","active":false}""")).Is(HttpStatusCode.OK);
        var renamed = (await acme.PutAsync($"/Users/{ada}", """{"userName":"ada@example.com","title":"Countess"}""")).Is(HttpStatusCode.OK);

        Assert.False((bool)renamed.Body!["active"]!);
        Assert.Equal([ada], await acme.MembersOfAsync(group));
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
}
