using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Dispatch;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Tests.Dispatch;

/// <summary>Who gets which groups (docs/spec/dispatch.md, section 2).</summary>
public sealed class ClaimTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_instances_never_hold_the_same_group_and_a_killed_one_holds_none()
    {
        await using var world = await DispatchWorld.CreateAsync(DatabaseProvider.PostgreSql);
        var people = await world.MembersAsync(1);
        var groups = new List<string>();
        for (var i = 0; i < OutboxQueries.GroupsPerCall + 6; i++)
        {
            groups.Add(await world.GroupAsync(people));
        }

        await using var second = ProvisioningHost.Build(world.Core.Settings, services => services.AddSingleton<TimeProvider>(world.Time), serves: false);
        var other = second.Services.GetRequiredService<IOutboxClaims>();
        await using var mine = await world.Core.Get<IOutboxClaims>().TryClaimAsync(Stop);
        var theirs = await other.TryClaimAsync(Stop);
        var (first, rest) = (Groups(mine), Groups(theirs));
        Assert.Equal((OutboxQueries.GroupsPerCall, 6), (first.Count, rest.Count));
        Assert.Empty(first.Intersect(rest));
        Assert.Equal(groups.Order(StringComparer.Ordinal), first.Union(rest).Order(StringComparer.Ordinal));

        // Its connection goes, as the server sees it when the process is killed; nothing was given back.
        await world.ReadAsync(db => db.Database.SqlQueryRaw<bool>(
            "SELECT pg_terminate_backend(pid, 10000) AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'").ToListAsync(Stop));
        await using var third = ProvisioningHost.Build(world.Core.Settings, services => services.AddSingleton<TimeProvider>(world.Time), serves: false);
        await using var again = await third.Services.GetRequiredService<IOutboxClaims>().TryClaimAsync(Stop);
        Assert.Equal(OutboxQueries.GroupsPerCall, Groups(again).Count);
        await theirs!.DisposeAsync();
    }

    [Fact]
    public async Task Two_instances_together_neither_double_nor_reorder()
    {
        await using var world = await DispatchWorld.CreateAsync(DatabaseProvider.PostgreSql);
        await using var second = ProvisioningHost.Build(world.Core.Settings, services => services.AddSingleton<TimeProvider>(world.Time), serves: false);
        var other = second.Services.GetRequiredService<Relay>();
        var people = await world.MembersAsync(6);
        string[] groups = [await world.GroupAsync(), await world.GroupAsync(), await world.GroupAsync(), await world.GroupAsync()];
        var done = false;
        var workers = new[] { world.Core.Get<Relay>(), other, world.Core.Get<Relay>(), other }.Select(relay => Task.Run(async () =>
        {
            while (!Volatile.Read(ref done))
            {
                await relay.StepAsync(Stop);
            }
        })).ToList();
        for (var round = 0; round < 12; round++)
        {
            foreach (var group in groups)
            {
                await world.AddAsync(group, people[round % 6], people[(round + 2) % 6]);
                await world.RemoveAsync(group, people[(round + 1) % 6]);
            }
        }

        Volatile.Write(ref done, true);
        await Task.WhenAll(workers);
        await world.DrainAsync();
        foreach (var group in groups)
        {
            await world.AssertSettledAsync(group);
        }

        Assert.All(world.Service.Given, receipt => Assert.Equal(Contracts.Membership.Outcome.Applied, receipt.Outcome));
    }

    [Fact]
    public async Task A_group_gives_its_oldest_events_and_every_group_at_least_one()
    {
        await using var world = await DispatchWorld.CreateAsync(DatabaseProvider.Sqlite, "--Dispatch:EventsPerCall=10");
        var person = await world.MemberAsync();
        var first = await world.GroupAsync();
        for (var i = 0; i < 20; i++)
        {
            await world.RotateAsync(first);
        }

        var others = new[] { await world.GroupAsync(person), await world.GroupAsync(person) };
        await using var claim = await world.Core.Get<IOutboxClaims>().TryClaimAsync(Stop);
        var rows = claim!.Events;
        Assert.Equal(10, rows.Count);
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7, 8], rows.Where(row => row.GroupId == first).Select(row => row.Sequence));
        Assert.All(others, group => Assert.Equal(1, Assert.Single(rows, row => row.GroupId == group).Sequence));
    }

    [Fact]
    public async Task What_follows_an_event_that_waits_does_not_overtake_it()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var group = await world.GroupAsync(await world.MemberAsync());
        await world.WriteAsync(db => db.Events.Where(row => row.Sequence == 1).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, world.Time.GetUtcNow() + TimeSpan.FromMinutes(1)), Stop));
        Assert.False(await world.StepAsync());
        world.Time.Pass(TimeSpan.FromMinutes(2));
        Assert.True(await world.StepAsync());
        await world.AssertSettledAsync(group);
    }

    [Fact]
    public void Organizations_take_turns_and_failing_ones_leave_a_worker_to_the_others()
    {
        var turns = new OrganizationTurns(Options.Create(new DispatchOptions { Workers = 4 }));
        DueOrganization[] due = [new("a", 0), new("b", 3), new("c", 1), new("d", 1), new("e", 0)];
        Assert.Equal(["a", "b", "c", "d", "e"], turns.Order(due).Select(entry => entry.Id));
        Assert.Equal([true, true, true, false, true], due.Select(turns.TryTake));
        Assert.False(turns.TryTake(due[0]));
        turns.Served("c");
        turns.End("c");
        Assert.Equal(["d", "e", "a", "b", "c"], turns.Order(due).Select(entry => entry.Id));
        Assert.True(turns.TryTake(due[3]));
    }

    private static List<string> Groups(IOutboxClaim? claim) => [.. claim!.Events.Select(row => row.GroupId).Distinct()];
}
