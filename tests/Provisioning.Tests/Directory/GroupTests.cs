using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Directory;

public sealed class GroupTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_active_members_with_keys_are_told_to_the_service()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");
        var pending = await world.MemberAsync("pending", withKeys: false);
        var suspended = await world.MemberAsync("suspended");
        await world.SetActiveAsync(suspended, active: false);

        var group = await world.GroupAsync("one", ann, pending, suspended);

        Assert.Equal([ann], (await world.ServedAsync(group)).Keys);
        await world.RegisterAsync(pending);
        Assert.Equal(new[] { ann, pending }.Order(), (await world.ServedAsync(group)).Keys.Order());
    }

    [Fact]
    public async Task Changes_of_one_request_apply_in_order_and_one_unknown_member_undoes_all()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");
        var bob = await world.MemberAsync("bob");
        var group = await world.GroupAsync("one", ann);

        await world.ChangeAsync(
            group, new(MembershipVerb.Add, [bob]), new(MembershipVerb.Remove, [ann, bob]), new(MembershipVerb.Add, [bob]), new(MembershipVerb.Remove, ["nobody"]));
        Assert.Equal([bob], (await world.ServedAsync(group)).Keys);

        var refused = await world.ChangeAsync(group, new(MembershipVerb.Replace, []), new(MembershipVerb.Add, [ann, "nobody"]));
        Assert.Equal((DirectoryProblem.MemberUnknown, "nobody"), (refused.Problem, refused.Detail));
        Assert.Equal([bob], (await world.ServedAsync(group)).Keys);
    }

    [Fact]
    public async Task Adding_who_is_in_and_removing_who_is_not_tells_nobody_anything()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");
        var bob = await world.MemberAsync("bob");
        var group = await world.GroupAsync("one", ann);
        var before = (await world.EventsAsync(group)).Count;

        await world.AddAsync(group, ann, ann);
        await world.RemoveAsync(group, bob);

        Assert.Equal(before, (await world.EventsAsync(group)).Count);
    }

    [Fact]
    public async Task Those_who_leave_go_before_those_who_come()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");
        var bob = await world.MemberAsync("bob");
        var group = await world.GroupAsync("one", ann);

        await world.ChangeAsync(group, new MembershipChange(MembershipVerb.Replace, [bob]));

        var kinds = (await world.EventsAsync(group)).ConvertAll(change => change.ChangeCase.ToString());
        Assert.Equal(["GroupCreated", "MembersAdded", "MembersRemoved", "MembersAdded"], kinds);
    }

    [Fact]
    public async Task A_large_group_is_told_in_events_of_two_thousand()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var members = new List<string>();
        for (var index = 0; index < EventWriter.MembersPerEvent + 1; index++)
        {
            members.Add(await world.MemberAsync($"u{index}"));
        }

        var group = await world.GroupAsync("large", [.. members]);

        Assert.Equal([EventWriter.MembersPerEvent, 1], (await world.EventsAsync(group)).Skip(1).Select(change => change.MembersAdded.Members.Count));
        Assert.Equal(members.Count, (await world.ServedAsync(group)).Count);
    }

    [Fact]
    public async Task A_deleted_group_frees_its_name_and_ends_with_one_event()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");
        var group = await world.GroupAsync("one", ann);

        await world.Groups.DeleteAsync(DirectoryWorld.Organization, group, DirectoryWorld.Idp, Stop);
        await world.SetActiveAsync(ann, active: false);

        Assert.Equal("GroupDeleted", (await world.EventsAsync(group))[^1].ChangeCase.ToString());
        Assert.NotEqual(group, await world.GroupAsync("ONE"));
        Assert.Equal(DirectoryProblem.NotFound, (await world.AddAsync(group, ann)).Problem);
    }

    [Fact]
    public async Task Without_a_service_there_are_no_groups()
    {
        await using var core = await CoreFixture.CreateAsync();
        await core.OrganizationAsync("bare");

        var created = await core.Get<GroupDirectory>().CreateAsync("bare", "one", null, [], DirectoryWorld.Idp, Stop);

        Assert.Equal(DirectoryProblem.NoService, created.Problem);
    }

    [Fact]
    public async Task A_member_of_another_organization_cannot_join()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        await world.Core.OrganizationAsync("other", service: true);
        var foreign = (await world.Members.CreateAsync("other", DirectoryWorld.Draft("ann"), DirectoryWorld.Idp, Stop)).Value!.Id;
        var group = await world.GroupAsync("one");

        Assert.Equal(DirectoryProblem.MemberUnknown, (await world.AddAsync(group, foreign)).Problem);
        Assert.Equal(DirectoryProblem.NotFound, (await world.Groups.UpdateAsync("other", group, new GroupDraft("mine", null, []), DirectoryWorld.Idp, Stop)).Problem);
    }

    [Fact]
    public async Task New_keys_travel_as_a_signed_change_to_every_group_and_before_the_member_enters_another()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");
        var first = await world.GroupAsync("one", ann);

        await world.RekeyAsync(ann, pinned: true);
        var second = await world.GroupAsync("two", ann);

        Assert.Equal("MemberRekeyed", (await world.EventsAsync(first))[^1].ChangeCase.ToString());
        Assert.Equal(["GroupCreated", "MemberRekeyed", "MembersAdded"], (await world.EventsAsync(second)).Select(change => change.ChangeCase.ToString()));
        Assert.Equal(await world.EffectiveAsync(first), await world.ServedAsync(first));
        Assert.Equal(await world.EffectiveAsync(second), await world.ServedAsync(second));
    }

    [Fact]
    public async Task Keys_that_the_service_never_saw_are_replaced_by_leaving_and_entering()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");
        var group = await world.GroupAsync("one", ann);

        await world.RekeyAsync(ann, pinned: false);

        Assert.Equal(await world.EffectiveAsync(group), await world.ServedAsync(group));
        var open = await world.Core.Store.ReadAsync(db => db.Rosters.CountAsync(row => row.GroupId == group && row.RemovedSequence == null, Stop), Stop);
        Assert.Equal(1, open);
    }
}
