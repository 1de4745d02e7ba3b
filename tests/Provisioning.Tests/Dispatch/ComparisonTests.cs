using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Dispatch;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Dispatch;

/// <summary>Groups whose core and service do not agree (docs/spec/dispatch.md, section 5).</summary>
public sealed class ComparisonTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task A_core_that_was_restored_finds_its_place_again(DatabaseProvider provider)
    {
        await using var world = await DispatchWorld.CreateAsync(provider);
        var people = await world.MembersAsync(4);
        var group = await world.GroupAsync(people[0], people[1]);
        await world.DrainAsync();
        await world.AddAsync(group, people[2]);
        await world.RemoveAsync(group, people[1]);
        await world.DrainAsync();

        // As the backup was before the second half, but for the member who was added anew.
        await world.WriteAsync(async db =>
        {
            await db.Events.Where(row => row.GroupId == group && row.Sequence > 2).ExecuteDeleteAsync(Stop);
            await db.Rosters.Where(row => row.GroupId == group && row.AddedSequence > 2).ExecuteDeleteAsync(Stop);
            await db.Rosters.Where(row => row.GroupId == group).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.RemovedSequence, (long?)null).SetProperty(row => row.ToRevision, (long?)null), Stop);
            await db.Lanes.Where(row => row.GroupId == group).ExecuteUpdateAsync(set => set.SetProperty(row => row.NextSequence, 3), Stop);
            await db.GroupMembers.Where(row => row.GroupId == group).ExecuteDeleteAsync(Stop);
            db.GroupMembers.Add(new GroupMemberRow { GroupId = group, MemberId = people[0], AddedAt = world.Time.GetUtcNow() });
            db.GroupMembers.Add(new GroupMemberRow { GroupId = group, MemberId = people[1], AddedAt = world.Time.GetUtcNow() });
        });
        await world.AddAsync(group, people[3]);
        await world.DrainAsync();

        await world.AssertSettledAsync(group);
        Assert.Equal(new[] { people[0], people[1], people[3] }.Order(StringComparer.Ordinal), world.Service.Group(group).Roster.Keys);
        Assert.Single(await world.EventsAsync(group), row => row.State == EventState.Superseded);
        var sequences = world.Service.Group(group).Taken.Select(entry => entry.Sequence).ToList();
        Assert.Equal(Enumerable.Range(1, sequences.Count).Select(number => (ulong)number), sequences);
    }

    [Fact]
    public async Task A_group_that_the_service_does_not_know_begins_anew()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var people = await world.MembersAsync(2);
        var group = await world.GroupAsync(people[0]);
        await world.WriteAsync(db => db.Events.Where(row => row.Kind == "group_created").ExecuteDeleteAsync(Stop));
        await world.AddAsync(group, people[1]);
        await world.RotateAsync(group);
        await world.DrainAsync();

        await world.AssertSettledAsync(group);
        Assert.Contains(world.Service.Group(group).Taken, entry => entry.ChangeCase == Event.ChangeOneofCase.RotationRequested);
    }

    [Fact]
    public async Task A_group_that_the_service_ended_is_not_asked_for_any_more()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var people = await world.MembersAsync(2);
        var group = await world.GroupAsync(people[0]);
        await world.DrainAsync();
        world.Service.Group(group).Ended = true;
        world.Service.Group(group).Roster.Clear();
        await world.AddAsync(group, people[1]);
        await world.DrainAsync();

        Assert.Equal("REJECTED GROUP_DELETED", (await world.EventsAsync(group))[^1].Outcome);
        Assert.True(await world.ReadAsync(db => db.Lanes.Where(row => row.GroupId == group).Select(row => row.Deleted).SingleAsync(Stop)));
        Assert.False(await world.ReadAsync(db => db.Rosters.AnyAsync(row => row.GroupId == group && row.RemovedSequence == null, Stop)));
    }

    [Fact]
    public async Task A_frozen_group_waits_and_goes_on_when_an_operator_has_spoken()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var people = await world.MembersAsync(3);
        var frozen = await world.GroupAsync(people[0]);
        var other = await world.GroupAsync(people[0]);
        await world.DrainAsync();
        world.Service.Group(frozen).Frozen = true;
        await world.AddAsync(frozen, people[1]);
        await world.AddAsync(other, people[1]);
        Assert.True(await world.StepAsync());

        Assert.True((await world.ChainAsync(frozen)).Frozen);
        Assert.False((await world.ChainAsync(other)).Frozen);
        await world.AssertSettledAsync(other);
        Assert.False(await world.StepAsync());
        Assert.Equal("FROZEN LEDGER_BEHIND", (await world.EventsAsync(frozen))[^1].Outcome);

        // The recovery emptied the roster.
        world.Service.Group(frozen).Frozen = false;
        world.Service.Group(frozen).Roster.Clear();
        Assert.True(await world.Core.Get<Reconciler>().RequestAsync("acme", frozen, Stop));
        while (await world.StepAsync())
        {
        }

        await world.AssertSettledAsync(frozen);
        Assert.Equal(2, world.Service.Group(frozen).Roster.Count);
        Assert.False((await world.ChainAsync(frozen)).Frozen);
    }

    [Fact]
    public async Task A_deletion_that_got_lost_is_told_again()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var group = await world.GroupAsync(await world.MembersAsync(1));
        await world.DrainAsync();
        await world.EndAsync(group);
        await world.WriteAsync(db => db.Events.Where(row => row.State == EventState.Waiting).ExecuteDeleteAsync(Stop));
        Assert.True(await world.Core.Get<Reconciler>().RequestAsync("acme", group, Stop));
        await world.DrainAsync();
        Assert.True(world.Service.Group(group).Ended);
        Assert.False(await world.ReadAsync(db => db.Rosters.AnyAsync(row => row.ToRevision == null, Stop)));
    }

    [Fact]
    public async Task Only_groups_of_the_organization_are_compared_or_tried_again()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var group = await world.GroupAsync(await world.MembersAsync(1));
        Assert.False(await world.Core.Get<Reconciler>().RequestAsync("beta", group, Stop));
        Assert.False(await world.Core.Get<ParkedEvents>().RetryAsync("beta", group, Actor.Operator, Stop));
        Assert.False(await world.Core.Get<Reconciler>().RequestAsync("acme", "none", Stop));
    }
}
