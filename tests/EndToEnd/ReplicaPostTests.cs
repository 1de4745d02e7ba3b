using EncryptionService.Compliance;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.EndToEnd;

/// <summary>Two replicas take one group's events in turn, and their posts cross (docs/spec/core.md, section 3).</summary>
public sealed class ReplicaPostTests
{
    private const int Gap = 500;

    private readonly MemoryLedger.Place ledger = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_first_posts_the_statement_that_the_other_replica_still_holds()
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        var held = 1;
        core.OnPost = _ => Interlocked.Exchange(ref held, 0) == 1 ? new Answer(Mood.Waits) : Answer.Good;
        await using var first = await StartAsync(core, folder);
        await using var second = await StartAsync(core, folder);
        using var alice = new Person("alice");
        using var bob = new Person("bob");
        var group = new GroupScript("g1");

        await first.Caller.ApplyAsync(group.Create(), group.Add(alice));
        await core.Changed.UntilAsync(() => core.Posts.Count == 1, Token); // on its way, and slow
        await second.Caller.ApplyAsync(group.Add(bob));
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 2, [bob]), Token);

        core.Release();
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 2, [alice, bob]), Token);
        Assert.True(Opening.Opens(core, "g1", alice, [alice, bob]));
        Assert.True(Opening.Opens(core, "g1", bob, [alice, bob]));
        Assert.Equal(4, core.Posts.Count); // alice's, bob's before its time, the statement for alice, bob's again
        Assert.False(second.Log.Has(Gap));
        Assert.Empty(core.Book.Complaints);
    }

    [Fact]
    public async Task What_a_replica_took_and_died_with_is_posted_by_the_other()
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        await using var dead = await StartAsync(core, folder, services => services.AddSingleton<IDeliveries, NoDeliveries>());
        await using var living = await StartAsync(core, folder);
        using var alice = new Person("alice");
        using var bob = new Person("bob");
        var group = new GroupScript("g1");

        await dead.Caller.ApplyAsync(group.Create(), group.Add(alice));
        await dead.Caller.ApplyAsync(group.Rotate());
        await dead.Caller.ApplyAsync(group.Rotate());
        await living.Caller.ApplyAsync(group.Add(bob));
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 4, [bob]), Token);

        Assert.Equal([1UL, 2, 3, 4], core.Book.Read("g1", held => held.Statements.Keys.ToList()));
        Assert.Empty(core.Book.Complaints);
        await living.Caller.ResealAsync(new ResealRequest { GroupId = "g1", Epoch = 3, MemberIds = { "alice" } });
        await core.Changed.UntilAsync(() => core.Book.Has("g1", 4, [alice, bob]), Token);
        Assert.True(Opening.Opens(core, "g1", alice, [alice, bob]));
    }

    [Fact]
    public async Task A_gap_that_is_longer_than_what_is_at_hand_is_left_to_the_core()
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        await using var dead = await StartAsync(core, folder, services => services.AddSingleton<IDeliveries, NoDeliveries>());
        await using var living = await StartAsync(core, folder);
        using var alice = new Person("alice");
        var group = new GroupScript("g1");

        await dead.Caller.ApplyAsync(group.Create(), group.Add(alice));
        for (var more = 0; more < GroupState.EarlierStatements; more++)
        {
            await dead.Caller.ApplyAsync(group.Rotate());
        }

        await living.Caller.ApplyAsync(group.Rotate());
        await living.Log.Changed.UntilAsync(() => living.Log.Has(Gap), Token);
        Assert.Single(core.Posts);

        foreach (var statement in (await living.Caller.GetGroupAsync(new GetGroupRequest { GroupId = "g1" })).Statements)
        {
            core.Book.TakeStatement("g1", statement);
        }

        await living.Caller.ResealAsync(new ResealRequest { GroupId = "g1", Epoch = GroupState.EarlierStatements + 2, MemberIds = { "alice" } });
        await core.Changed.UntilAsync(() => core.Book.Has("g1", GroupState.EarlierStatements + 2, [alice]), Token);
        Assert.True(Opening.Opens(core, "g1", alice, [alice]));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("18446744073709551615")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("\"1\"")]
    [InlineData("[[[[")]
    public async Task A_core_that_asks_for_what_there_is_not_gets_one_post(string expected)
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        core.OnPost = _ => core.Posts.Count == 1 ? Answer.Good : Answer.Of(409) with { Body = $$"""{"expected":{{expected}}}""" };
        await using var service = await StartAsync(core, folder);
        using var alice = new Person("alice");
        var group = new GroupScript("g1");

        await service.Caller.ApplyAsync(group.Create(), group.Add(alice));
        await service.Caller.ApplyAsync(group.Rotate());
        await service.Log.Changed.UntilAsync(() => service.Log.Has(Gap), Token);

        Assert.Equal(2, core.Posts.Count);
    }

    [Fact]
    public async Task A_core_that_answers_a_gap_for_ever_gets_what_is_at_hand_once()
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        core.OnPost = _ => core.Posts.Count == 1 ? Answer.Good : Answer.Of(409) with { Body = """{"expected":1}""" };
        await using var service = await StartAsync(core, folder);
        using var alice = new Person("alice");
        var group = new GroupScript("g1");

        await service.Caller.ApplyAsync(group.Create(), group.Add(alice));
        await service.Caller.ApplyAsync(group.Rotate());
        await service.Log.Changed.UntilAsync(() => service.Log.Has(Gap), Token);

        Assert.Equal(3, core.Posts.Count); // the first, the second, and the first again, bare, which is a gap, too
    }

    private Task<RunningService> StartAsync(FakeCore core, ServiceFolder folder, Action<IServiceCollection>? replace = null) => RunningService.StartAsync(
        core,
        settings => settings["Ledger:VerifyAtStart"] = "false",
        services =>
        {
            services.AddSingleton<ILedger>(_ => new MemoryLedger(ledger));
            replace?.Invoke(services);
        },
        folder);

    /// <summary>As if the process had died between its append and its post.</summary>
    private sealed class NoDeliveries : IDeliveries
    {
        public void Add(Delivery delivery)
        {
        }
    }
}
