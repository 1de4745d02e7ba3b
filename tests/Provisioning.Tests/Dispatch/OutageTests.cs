using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Dispatch;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Dispatch;

/// <summary>Services that are away, slow or wrong (docs/spec/dispatch.md, section 3).</summary>
public sealed class OutageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.Internal)]
    public async Task An_hour_without_the_service_costs_time_and_nothing_else(StatusCode status)
    {
        await using var world = await DispatchWorld.CreateAsync();
        var people = await world.MembersAsync(4);
        var group = await world.GroupAsync(people[0]);
        await world.DrainAsync();
        world.Service.Down = status;
        for (var minute = 0; minute < 60; minute++)
        {
            // The directory is written all the while.
            await world.AddAsync(group, people[1 + (minute % 3)]);
            await world.RemoveAsync(group, people[1 + ((minute + 1) % 3)]);
            while (await world.StepAsync())
            {
            }

            world.Time.Pass(TimeSpan.FromMinutes(1));
        }

        var row = await world.ServiceRowAsync();
        Assert.InRange(row.Failures, 10, 70);
        Assert.StartsWith($"{status}: ", row.Problem, StringComparison.Ordinal);
        Assert.InRange(row.DispatchAfter!.Value - world.Time.GetUtcNow(), TimeSpan.FromMinutes(-10), TimeSpan.FromMinutes(1));
        world.Service.Down = null;
        await world.DrainAsync();

        await world.AssertSettledAsync(group);
        var healed = await world.ServiceRowAsync();
        Assert.Equal((0, null, null), (healed.Failures, healed.Problem, healed.DispatchAfter));
        Assert.DoesNotContain(world.Service.Given, receipt => receipt.Outcome is Outcome.Conflict or Outcome.OutOfOrder);
    }

    [Fact]
    public async Task One_organization_without_a_service_does_not_stop_another()
    {
        await using var world = await DispatchWorld.CreateAsync();
        await using var other = new LedgerDouble();
        await other.StartAsync();
        await world.EnrolAsync("beta", other);
        world.Service.Down = StatusCode.Unavailable;
        var group = await world.GroupAsync(await world.MembersAsync(1));
        var theirs = await world.GroupOfAsync("beta", await world.MemberAsync("beta"));
        for (var step = 0; step < 3; step++)
        {
            await world.StepAsync();
        }

        Assert.Single(other.Group(theirs).Roster);
        Assert.Empty(world.Service.Group(group).Roster);
        Assert.Equal(0, (await world.ServiceRowAsync("beta")).Failures);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_given_up_after_its_time_and_others_are_served_meanwhile()
    {
        await using var world = await DispatchWorld.CreateAsync();
        await using var other = new LedgerDouble();
        await other.StartAsync();
        await world.EnrolAsync("beta", other);
        var group = await world.GroupAsync(await world.MembersAsync(1));
        world.Service.Next.Enqueue(Mischief.Hang);
        var slow = world.StepAsync();
        await world.Service.Hanging.Task;
        var theirs = await world.GroupOfAsync("beta", await world.MemberAsync("beta"));
        Assert.True(await world.StepAsync());
        Assert.Single(other.Group(theirs).Roster);
        Assert.False(await world.StepAsync());

        world.Time.Pass(TimeSpan.FromSeconds(61));
        Assert.True(await slow);
        Assert.StartsWith("DeadlineExceeded", (await world.ServiceRowAsync()).Problem, StringComparison.Ordinal);
        await world.DrainAsync();
        await world.AssertSettledAsync(group);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_a_problem_with_words()
    {
        await using var world = await DispatchWorld.CreateAsync();
        await world.WriteAsync(db => db.Services.ExecuteUpdateAsync(set => set.SetProperty(row => row.Address, "http://127.0.0.1:1"), Stop));
        await world.GroupAsync(await world.MembersAsync(1));
        Assert.True(await world.StepAsync());
        var row = await world.ServiceRowAsync();
        Assert.Equal(1, row.Failures);
        Assert.StartsWith("Unavailable", row.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_that_makes_calls_fail_stops_no_other_group_and_is_seen()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var people = await world.MembersAsync(3);
        var good = await world.GroupAsync(people[0]);
        var bad = await world.GroupAsync(people[1]);
        var also = await world.GroupAsync(people[2]);
        world.Service.Poisoned = (bad, StatusCode.InvalidArgument);
        Assert.True(await world.StepAsync());

        await world.AssertSettledAsync(good);
        await world.AssertSettledAsync(also);
        var parked = Assert.Single(await world.EventsAsync(bad), row => row.State == EventState.Parked);
        Assert.Contains("INVALID_ARGUMENT events[0].group_id: it is poisoned", parked.Outcome, StringComparison.Ordinal);

        // What a comparison writes anew fails alike: it waits, and does not pile up.
        for (var round = 0; round < 5; round++)
        {
            world.Time.Pass(TimeSpan.FromMinutes(11));
            await world.StepAsync();
        }

        Assert.Single(await world.EventsAsync(bad), row => row.State == EventState.Parked);
        world.Service.Poisoned = null;
        await world.DrainAsync();
        await world.AssertSettledAsync(bad);
    }

    [Fact]
    public async Task A_group_whose_ledger_is_damaged_waits_and_the_others_go_on()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var people = await world.MembersAsync(2);
        var bad = await world.GroupAsync(people[0]);
        var good = await world.GroupAsync(people[1]);
        world.Service.Poisoned = (bad, StatusCode.DataLoss);
        Assert.True(await world.StepAsync());

        await world.AssertSettledAsync(good);
        var head = (await world.EventsAsync(bad))[0];
        Assert.Equal((EventState.Waiting, 1), (head.State, head.Attempts));
        Assert.StartsWith("DataLoss", head.Outcome, StringComparison.Ordinal);
        Assert.False(await world.StepAsync());
        world.Service.Poisoned = null;
        await world.DrainAsync();
        await world.AssertSettledAsync(bad);
    }

    [Theory]
    [InlineData("bad\0id", "HPKE-4")]
    [InlineData("m1", "HPKE-4 and more")]
    public async Task A_roster_that_cannot_be_is_not_written_down(string member, string hpke)
    {
        await using var world = await DispatchWorld.CreateAsync();
        var group = await world.GroupAsync(await world.MembersAsync(1));
        await world.DrainAsync();
        world.Service.Group(group).Roster[member] = new ClaimedKeys { HpkeJwk = hpke, SigningJwk = "s" };
        await world.Core.Get<Reconciler>().RequestAsync("acme", group, Stop);
        Assert.True(await world.StepAsync());

        Assert.Equal(1, await world.ReadAsync(db => db.Rosters.CountAsync(Stop)));
        var asked = (await world.EventsAsync(group))[^1];
        Assert.Equal((EventState.Waiting, 1, "waits for a comparison with the service"), (asked.State, asked.Attempts, asked.Outcome));
        world.Service.Group(group).Roster.Remove(member);
        await world.DrainAsync();
        await world.AssertSettledAsync(group);
    }

    [Fact]
    public async Task An_answer_that_fits_nothing_is_a_failed_call()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var group = await world.GroupAsync(await world.MembersAsync(1));
        world.Service.Next.Enqueue(Mischief.Nonsense);
        Assert.True(await world.StepAsync());
        Assert.Equal(1, (await world.ServiceRowAsync()).Failures);
        await world.DrainAsync();
        await world.AssertSettledAsync(group);
    }
}
