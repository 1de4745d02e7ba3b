using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Directory;

public sealed class MemberTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_is_taken_whatever_its_case_and_while_its_owner_is_suspended_too()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("Ann@Acme.example");
        await world.SetActiveAsync(ann, active: false);

        var second = await world.Members.CreateAsync(DirectoryWorld.Organization, DirectoryWorld.Draft("ann@acme.EXAMPLE"), DirectoryWorld.Idp, Stop);

        Assert.Equal(DirectoryProblem.NameTaken, second.Problem);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_many_who_create_one_name_at_once_one_succeeds(DatabaseProvider provider)
    {
        await using var world = await DirectoryWorld.CreateAsync(provider);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            Task.Run(() => world.Members.CreateAsync(DirectoryWorld.Organization, DirectoryWorld.Draft("ann"), DirectoryWorld.Idp, Stop), Stop)));

        Assert.Equal(1, results.Count(result => result.Problem == DirectoryProblem.None));
        Assert.Equal(15, results.Count(result => result.Problem == DirectoryProblem.NameTaken));
    }

    [Fact]
    public async Task Another_organization_neither_sees_nor_changes_nor_deletes_a_member()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        await world.Core.OrganizationAsync("other", service: true);
        var ann = await world.MemberAsync("ann");

        var changed = await world.Members.UpdateAsync("other", ann, row => MemberDraft.Of(row) with { Active = false }, DirectoryWorld.Idp, Stop);

        Assert.Equal(DirectoryProblem.NotFound, changed.Problem);
        Assert.False(await world.Members.DeleteAsync("other", ann, DirectoryWorld.Idp, null, Stop));
        Assert.True(await world.Core.Store.ReadAsync(db => db.Members.AnyAsync(row => row.Id == ann && row.Active, Stop), Stop));
    }

    [Fact]
    public async Task A_pending_member_is_invited_once_forbidden_while_inactive_and_invited_again_if_no_mail_ever_went_out()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann", withKeys: false);
        Assert.NotNull((await InvitationAsync(world, ann)).DueAt);

        await world.SetActiveAsync(ann, active: false);
        Assert.Null((await InvitationAsync(world, ann)).DueAt);

        await world.SetActiveAsync(ann, active: true);
        Assert.NotNull((await InvitationAsync(world, ann)).DueAt);
        Assert.Equal(["member.created", "member.forbidden", "member.restored"], await ActionsAsync(world, ann));
    }

    [Fact]
    public async Task Suspension_takes_a_member_out_of_every_roster_and_restoring_brings_it_back_with_everything()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");
        var bob = await world.MemberAsync("bob");
        string[] groups = [await world.GroupAsync("one", ann, bob), await world.GroupAsync("two", ann)];

        await world.SetActiveAsync(ann, active: false);
        Assert.Equal([bob], (await world.ServedAsync(groups[0])).Keys);
        Assert.Empty(await world.ServedAsync(groups[1]));

        await world.SetActiveAsync(ann, active: true);
        Assert.Equal(new[] { ann, bob }.Order(), (await world.ServedAsync(groups[0])).Keys.Order());
        Assert.Equal([ann], (await world.ServedAsync(groups[1])).Keys);
    }

    [Fact]
    public async Task Purge_deletes_thirty_days_after_the_last_suspension_and_not_before()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");
        var restored = await world.MemberAsync("restored");
        var group = await world.GroupAsync("one", ann, restored);
        var suspended = world.Core.Time.GetUtcNow();
        await world.SetActiveAsync(ann, active: false);
        await world.SetActiveAsync(restored, active: false);
        await world.SetActiveAsync(restored, active: true);
        var purge = world.Core.Get<Purge>();

        Assert.Equal(0, await purge.RunAsync(suspended.AddDays(30).AddMilliseconds(-1), Stop));
        Assert.Equal(1, await purge.RunAsync(suspended.AddDays(30), Stop));

        Assert.Equal([restored], (await world.ServedAsync(group)).Keys);
        Assert.Equal(DirectoryProblem.None, (await world.Members.CreateAsync(DirectoryWorld.Organization, DirectoryWorld.Draft("ann"), DirectoryWorld.Idp, Stop)).Problem);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_leaves_no_trace()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");
        var before = await world.Core.Store.ReadAsync(db => db.Members.SingleAsync(row => row.Id == ann, Stop), Stop);
        world.Core.Time.Pass(TimeSpan.FromMinutes(1));

        await world.SetActiveAsync(ann, active: true);

        var after = await world.Core.Store.ReadAsync(db => db.Members.SingleAsync(row => row.Id == ann, Stop), Stop);
        Assert.Equal(before.ModifiedAt, after.ModifiedAt);
        Assert.Equal(["member.created"], await ActionsAsync(world, ann));
    }

    [Fact]
    public async Task A_change_that_throws_changes_nothing()
    {
        await using var world = await DirectoryWorld.CreateAsync();
        var ann = await world.MemberAsync("ann");

        await Assert.ThrowsAsync<FormatException>(() => world.Members.UpdateAsync(
            DirectoryWorld.Organization, ann, _ => throw new FormatException("no such attribute"), DirectoryWorld.Idp, Stop));

        Assert.Equal(["member.created"], await ActionsAsync(world, ann));
    }

    private static Task<InvitationRow> InvitationAsync(DirectoryWorld world, string member) =>
        world.Core.Store.ReadAsync(db => db.Invitations.SingleAsync(row => row.MemberId == member, Stop), Stop);

    private static Task<List<string>> ActionsAsync(DirectoryWorld world, string member) =>
        world.Core.Store.ReadAsync(db => db.Audit.Where(row => row.Subject == member).OrderBy(row => row.Id).Select(row => row.Action).ToListAsync(Stop), Stop);
}
