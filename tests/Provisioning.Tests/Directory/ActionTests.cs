using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Dispatch;
using EncryptionService.Provisioning.Invitations;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Directory;

/// <summary>What an administrator does (docs/spec/journal.md, section 8).</summary>
public sealed class ActionTests
{
    private static readonly Actor somebody = new("administrator:eve");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_suspended_member_is_restored_with_groups_and_the_trail_says_by_whom(DatabaseProvider provider)
    {
        await using var world = await DirectoryWorld.CreateAsync(provider);
        var ada = await world.MemberAsync("ada");
        var group = await world.GroupAsync("Engines", ada);
        await world.SetActiveAsync(ada, active: false);
        Assert.Empty(await world.ServedAsync(group));
        var actions = world.Core.Get<MemberActions>();

        Assert.Equal(MemberActionResult.Done, await actions.RestoreAsync(DirectoryWorld.Organization, ada, somebody, Stop));
        Assert.Equal(MemberActionResult.Active, await actions.RestoreAsync(DirectoryWorld.Organization, ada, somebody, Stop));

        Assert.Equal([ada], (await world.ServedAsync(group)).Keys);
        Assert.Equal(("administrator:eve", "member.restored"), await LastAsync(world, ada));
    }

    [Fact]
    public async Task Only_a_suspended_member_is_deleted_now()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ada = await world.MemberAsync("ada");
        var actions = world.Core.Get<MemberActions>();

        Assert.Equal(MemberActionResult.Active, await actions.DeleteNowAsync(DirectoryWorld.Organization, ada, somebody, Stop));
        await world.SetActiveAsync(ada, active: false);
        Assert.Equal(MemberActionResult.Done, await actions.DeleteNowAsync(DirectoryWorld.Organization, ada, somebody, Stop));
        Assert.Equal(MemberActionResult.Unknown, await actions.DeleteNowAsync(DirectoryWorld.Organization, ada, somebody, Stop));

        Assert.Equal(("administrator:eve", "member.deleted"), await LastAsync(world, ada));
    }

    [Fact]
    public async Task A_rotation_carries_its_reason()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var group = await world.GroupAsync("Engines", await world.MemberAsync("ada"));

        var result = await world.Groups.RotateAsync(DirectoryWorld.Organization, group, $" a laptop\nwas lost {new string('x', 500)}", somebody, Stop);

        Assert.Equal("Engines", result.Value!.DisplayName);
        var row = await world.Core.Store.ReadAsync(db => db.Events.SingleAsync(row => row.Kind == "rotation_requested", Stop), Stop);
        Assert.StartsWith("a laptop was lost x", row.Note, StringComparison.Ordinal);
        Assert.Equal(GroupDirectory.LongestReason, row.Note!.Length);
        Assert.Equal(("administrator:eve", "group.rotation"), await LastAsync(world, group));
    }

    [Fact]
    public async Task Nothing_is_done_to_another_organizations_members_and_groups()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        await world.Core.OrganizationAsync("other", service: true);
        var ada = await world.MemberAsync("ada", withKeys: false);
        var group = await world.GroupAsync("Engines", ada);
        await world.SetActiveAsync(ada, active: false);
        var (actions, events) = (world.Core.Get<MemberActions>(), (await world.EventsAsync(group)).Count);

        Assert.Equal(MemberActionResult.Unknown, await actions.RestoreAsync("other", ada, somebody, Stop));
        Assert.Equal(MemberActionResult.Unknown, await actions.DeleteNowAsync("other", ada, somebody, Stop));
        Assert.Equal(DirectoryProblem.NotFound, (await world.Groups.RotateAsync("other", group, null, somebody, Stop)).Problem);
        Assert.False(await world.Core.Get<ParkedEvents>().RetryAsync("other", group, somebody, Stop));
        Assert.Equal(ResendResult.Unknown, await world.Core.Get<InvitationBook>().ResendAsync("other", ada, somebody, Stop));

        Assert.Equal(events, (await world.EventsAsync(group)).Count);
        Assert.False(await world.Core.Store.ReadAsync(db => db.Audit.AnyAsync(row => row.Actor == "administrator:eve", Stop), Stop));
    }

    private static async Task<(string Actor, string Action)> LastAsync(DirectoryWorld world, string subject)
    {
        var row = await world.Core.Store.ReadAsync(db => db.Audit.Where(row => row.Subject == subject).OrderByDescending(row => row.Id).FirstAsync(Stop), Stop);
        return (row.Actor, row.Action);
    }
}
