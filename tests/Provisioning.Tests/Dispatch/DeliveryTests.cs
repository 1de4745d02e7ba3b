using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Dispatch;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Dispatch;

/// <summary>What the service answers, and what the core's tables say then (docs/spec/dispatch.md, section 4).</summary>
public sealed class DeliveryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task Events_arrive_in_order_and_their_receipts_confirm_stays_and_pin_keys(DatabaseProvider provider)
    {
        await using var world = await DispatchWorld.CreateAsync(provider);
        var people = await world.MembersAsync(3);
        var group = await world.GroupAsync(people[0], people[1]);
        await world.DrainAsync();
        await world.RemoveAsync(group, people[0]);
        await world.AddAsync(group, people[2]);
        await world.RotateAsync(group);
        await world.DrainAsync();

        await world.AssertSettledAsync(group);
        Assert.All(world.Service.Given, receipt => Assert.Equal(Outcome.Applied, receipt.Outcome));
        Assert.Equal([1UL, 2UL, 3UL, 4UL, 5UL], world.Service.Group(group).Taken.Select(entry => entry.Sequence));
        Assert.All(await world.EventsAsync(group), row => Assert.Equal((EventState.Done, "APPLIED", 1), (row.State, row.Outcome, row.Attempts)));
        Assert.Equal(3, await world.ReadAsync(db => db.MemberKeys.CountAsync(row => row.Pinned, Stop)));
        var chain = await world.ChainAsync(group);
        Assert.Equal((long)world.Service.Group(group).Revision, chain.Acknowledged);
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromSeconds(5), chain.CheckAt);
        var left = await world.ReadAsync(db => db.Rosters.SingleAsync(row => row.MemberId == people[0], Stop));
        Assert.Equal((1L, 2L), (left.FromRevision, left.ToRevision));
    }

    [Fact]
    public async Task A_lost_reply_doubles_nothing()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var group = await world.GroupAsync(await world.MembersAsync(2));
        world.Service.Next.Enqueue(Mischief.LoseReply);
        Assert.True(await world.StepAsync());
        Assert.All(await world.EventsAsync(group), row => Assert.Equal(EventState.Waiting, row.State));
        await world.DrainAsync();

        await world.AssertSettledAsync(group);
        Assert.Equal([Outcome.Applied, Outcome.Applied, Outcome.Duplicate, Outcome.Duplicate], world.Service.Given.Select(receipt => receipt.Outcome));
        Assert.All(await world.EventsAsync(group), row => Assert.Equal("DUPLICATE", row.Outcome));
    }

    [Fact]
    public async Task A_member_whose_keys_wait_for_an_approval_is_refused_once_and_seen()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var people = await world.MembersAsync(2);
        world.Service.Unapproved.Add(people[1]);
        var group = await world.GroupAsync(people);
        await world.DrainAsync();

        var refusal = await world.ReadAsync(db => db.Refusals.SingleAsync(Stop));
        Assert.Equal((people[1], "APPROVAL_PENDING", "acme"), (refusal.MemberId, refusal.Reason, refusal.OrganizationId));
        Assert.Equal([people[0]], world.Service.Group(group).Roster.Keys);
        Assert.False(await world.ReadAsync(db => db.Rosters.AnyAsync(row => row.MemberId == people[1], Stop)));
        Assert.Equal(1, world.Service.Applies);

        world.Service.Unapproved.Clear();
        Assert.True(await world.Core.Get<ParkedEvents>().RetryAsync("acme", group, Provisioning.Directory.Actor.Operator, Stop));
        await world.DrainAsync();
        await world.AssertSettledAsync(group);
        Assert.False(await world.ReadAsync(db => db.Refusals.AnyAsync(Stop)));
    }

    [Fact]
    public async Task Keys_that_were_replaced_before_the_service_saw_them_are_followed_by_the_present_ones()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var member = await world.MemberAsync();
        var first = await world.GroupAsync(member);
        await world.DrainAsync();
        var second = await world.GroupAsync(member);
        await world.RekeyAsync(member);

        // The first group's change arrives before the second group's events: these name keys that are pinned no more.
        await world.WriteAsync(db => db.Events.Where(row => row.GroupId == second).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.DueAt, world.Time.GetUtcNow() + TimeSpan.FromMinutes(1)), Stop));
        Assert.True(await world.StepAsync());
        await world.DrainAsync();

        await world.AssertSettledAsync(first);
        await world.AssertSettledAsync(second);
        Assert.Contains(world.Service.Given, receipt => receipt.Members.Any(entry => entry.Reason == Reason.KeyNotPinned));
        Assert.False(await world.ReadAsync(db => db.Refusals.AnyAsync(Stop)));
        Assert.True(await world.ReadAsync(db => db.KeyChanges.AllAsync(row => row.Delivered, Stop)));
    }

    [Fact]
    public async Task Present_keys_that_the_service_does_not_know_stay_refused_and_are_not_sent_for_ever()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var member = await world.MemberAsync();
        world.Service.Pin(member, "other|keys");
        var group = await world.GroupAsync(member);
        await world.DrainAsync();
        var applies = world.Service.Applies;
        await world.Core.Get<Reconciler>().RequestAsync("acme", group, Stop);
        await world.DrainAsync();

        Assert.Equal("KEY_NOT_PINNED", (await world.ReadAsync(db => db.Refusals.SingleAsync(Stop))).Reason);
        Assert.Equal(applies, world.Service.Applies);
        Assert.Empty(world.Service.Group(group).Roster);
    }

    [Fact]
    public async Task A_refused_key_change_leaves_the_member_with_the_older_keys()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var member = await world.MemberAsync();
        var group = await world.GroupAsync(member);
        await world.DrainAsync();
        await world.RekeyAsync(member);
        world.Service.Unapproved.Add(member);
        await world.DrainAsync();

        var stay = await world.ReadAsync(db => db.Rosters.SingleAsync(Stop));
        Assert.EndsWith("-1", stay.Hpke, StringComparison.Ordinal);
        Assert.Null(stay.RemovedSequence);
        Assert.Single(await world.ReadAsync(db => db.Refusals.ToListAsync(Stop)));
        await world.RemoveAsync(group, member);
        await world.DrainAsync();
        Assert.Empty(world.Service.Group(group).Roster);
    }

    [Fact]
    public async Task A_group_that_ended_has_nobody_left()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var people = await world.MembersAsync(2);
        var group = await world.GroupAsync(people[0]);
        await world.DrainAsync();
        await world.AddAsync(group, people[1]);
        await world.EndAsync(group);
        await world.DrainAsync();

        Assert.True(world.Service.Group(group).Ended);
        Assert.All(await world.ReadAsync(db => db.Rosters.ToListAsync(Stop)), row => Assert.Equal(2, row.ToRevision));
    }

    [Fact]
    public async Task Five_thousand_members_come_in_few_calls()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var people = await world.MembersAsync(1);
        var more = Enumerable.Range(0, 4_999).Select(index => $"big{index}").ToArray();
        await world.WriteAsync(async db =>
        {
            var now = world.Time.GetUtcNow();
            db.Members.AddRange(more.Select(id => new MemberRow
            {
                Id = id,
                OrganizationId = "acme",
                UserName = id,
                UserNameKey = id,
                Active = true,
                Profile = "{}",
                CreatedAt = now,
                ModifiedAt = now,
            }));
            await db.SaveChangesAsync(Stop);
            db.MemberKeys.AddRange(more.Select(id => new MemberKeysRow
            {
                MemberId = id,
                OrganizationId = "acme",
                HpkeJwk = $"h{id}-1",
                Hpke = $"h{id}-1",
                SigningJwk = $"s{id}-1",
                Signing = $"s{id}-1",
                Alg = "HPKE-4",
                Counter = 1,
                Registration = "none",
                RegisteredAt = now,
            }));
        });
        var group = await world.GroupAsync([.. people, .. more]);
        await world.DrainAsync();
        Assert.Equal(1, world.Service.Applies);
        await world.AssertSettledAsync(group);

        // The same crowd through a comparison.
        await world.WriteAsync(db => db.Rosters.Where(row => row.GroupId == group).ExecuteDeleteAsync(Stop));
        await world.Core.Get<Reconciler>().RequestAsync("acme", group, Stop);
        await world.DrainAsync();
        await world.AssertSettledAsync(group);
        Assert.Equal(1, world.Service.Applies);
    }
}
