using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Dispatch;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.Provisioning.Tests.Dispatch;

/// <summary>Envelopes that do not come (docs/spec/dispatch.md, section 6). Statements: tests/Chain.Tests, with a real service.</summary>
public sealed class CheckerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_lacking_after_two_looks_is_made_again_and_then_nothing_is_asked_any_more()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var (group, people) = await AcknowledgedAsync(world);
        await EnvelopeAsync(world, group, people[0], "h1-1");
        await LookAsync(world, 2);

        var reseal = Assert.Single(world.Service.Reseals);
        Assert.Equal((group, 1UL), (reseal.GroupId, reseal.Epoch));
        Assert.Equal(people[1..].Order(StringComparer.Ordinal), reseal.MemberIds);

        await EnvelopeAsync(world, group, people[1], "h2-1");
        await EnvelopeAsync(world, group, people[2], "h3-1");
        await LookAsync(world, 1);
        Assert.Null((await world.ChainAsync(group)).CheckAt);
        Assert.Equal(0, (await world.ChainAsync(group)).Checks);
        Assert.Single(world.Service.Reseals);
    }

    [Fact]
    public async Task As_long_as_envelopes_keep_coming_none_is_made_again()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var (group, people) = await AcknowledgedAsync(world);
        for (var arrived = 0; arrived < 3; arrived++)
        {
            await LookAsync(world, 1);
            await EnvelopeAsync(world, group, people[arrived], $"h{arrived + 1}-1");
        }

        Assert.Empty(world.Service.Reseals);
    }

    [Fact]
    public async Task A_spent_budget_is_no_failure_of_the_service_and_is_tried_later()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var (group, _) = await AcknowledgedAsync(world);
        world.Service.ResealFails = StatusCode.ResourceExhausted;
        await LookAsync(world, 4);
        Assert.Equal(0, (await world.ServiceRowAsync()).Failures);
        Assert.Equal(4, (await world.ChainAsync(group)).Checks);
        world.Service.ResealFails = null;
        await LookAsync(world, 1);
        Assert.Single(world.Service.Reseals);
    }

    [Fact]
    public async Task A_service_that_is_away_is_not_asked_group_by_group()
    {
        await using var world = await DispatchWorld.CreateAsync();
        await AcknowledgedAsync(world);
        await AcknowledgedAsync(world);
        await LookAsync(world, 1);
        world.Service.ResealFails = StatusCode.Unavailable;
        var before = world.Service.Tokens.Count;
        await LookAsync(world, 1);
        Assert.Equal(1, world.Service.Tokens.Count - before);
        Assert.Equal(1, (await world.ServiceRowAsync()).Failures);
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task Two_looks_at_once_ask_once(DatabaseProvider provider)
    {
        await using var world = await DispatchWorld.CreateAsync(provider);
        var (group, _) = await AcknowledgedAsync(world);
        await LookAsync(world, 1);
        world.Time.Pass(TimeSpan.FromMinutes(11));
        using var second = new CheckerPair(world);
        await Task.WhenAll(second.Mine.StepAsync(Stop), second.Other.StepAsync(Stop));
        Assert.Single(world.Service.Reseals, reseal => reseal.GroupId == group);
    }

    [Fact]
    public async Task A_member_whom_the_ledger_does_not_have_leads_to_a_comparison()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var (group, people) = await AcknowledgedAsync(world);
        world.Service.Group(group).Roster.Remove(people[1]);
        await LookAsync(world, 2);
        await world.DrainAsync();
        await world.AssertSettledAsync(group);
        Assert.Equal(3, world.Service.Group(group).Roster.Count);
    }

    [Fact]
    public async Task A_receipt_that_comes_while_another_group_is_looked_at_is_not_overlooked()
    {
        await using var world = await DispatchWorld.CreateAsync();
        var (first, _) = await AcknowledgedAsync(world);
        await LookAsync(world, 1);
        var (second, _) = await AcknowledgedAsync(world);
        var due = (await world.ChainAsync(first)).CheckAt!.Value.AddMilliseconds(1);
        await world.WriteAsync(db => db.Chains.Where(row => row.GroupId == second).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.CheckAt, due).SetProperty(row => row.Epoch, 0), Stop));

        // Nothing is lacking when the list of due groups is read; then the service takes another event.
        world.Service.MeanwhileReseal = () => world.WriteAsync(db => db.Chains.Where(row => row.GroupId == second).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Acknowledged, row => row.Acknowledged + 1), Stop));
        await LookAsync(world, 1);
        Assert.Single(world.Service.Reseals);
        Assert.NotNull((await world.ChainAsync(second)).CheckAt);
    }

    /// <summary>A group of three whose statements are there, as far as the tables say, and whose envelopes are not.</summary>
    private static async Task<(string Group, string[] People)> AcknowledgedAsync(DispatchWorld world)
    {
        var people = await world.MembersAsync(3);
        var group = await world.GroupAsync(people);
        await world.DrainAsync();
        await world.WriteAsync(db => db.Chains.Where(row => row.GroupId == group).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Revision, row => row.Acknowledged).SetProperty(row => row.Epoch, 1), Stop));
        return (group, people);
    }

    private static Task EnvelopeAsync(DispatchWorld world, string group, string member, string kid) => world.WriteAsync(db =>
    {
        db.Envelopes.Add(new EnvelopeRow { GroupId = group, Epoch = 1, MemberId = member, Kid = kid, Generation = 0, Jwe = "none" });
        return Task.CompletedTask;
    });

    private static async Task LookAsync(DispatchWorld world, int times)
    {
        for (var look = 0; look < times; look++)
        {
            world.Time.Pass(TimeSpan.FromMinutes(11));
            await world.Core.Get<Checker>().StepAsync(Stop);
        }
    }

    /// <summary>The checker, and one that knows the same but is another.</summary>
    private sealed class CheckerPair(DispatchWorld world) : IDisposable
    {
        public Checker Mine { get; } = world.Core.Get<Checker>();

        public Checker Other { get; } = ActivatorUtilities.CreateInstance<Checker>(world.Core.Services);

        public void Dispose()
        {
        }
    }
}
