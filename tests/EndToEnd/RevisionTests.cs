using System.Collections.Concurrent;
using EncryptionService.Compliance;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;
using EncryptionService.Ingress;
using EncryptionService.Service.Keys;

namespace EncryptionService.EndToEnd;

/// <summary>A new revision takes the place of the old one under load: real processes behind an ingress, one ledger in append blobs.</summary>
public sealed class RevisionTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Callers = 8;

    private static readonly TimeSpan grace = TimeSpan.FromSeconds(25);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replacing_a_revision_under_load_loses_no_call()
    {
        await using var world = await CloudWorld.StartAsync(await azurite.GetAsync(Token), Token);
        await using var ingress = await ReplicaIngress.StartAsync(0, TimeProvider.System, Token);
        var old = Start(world, ingress, "revision-1");
        await ingress.WaitOpenAsync(old.Count, Token);
        await world.Core.Changed.UntilAsync(() => world.Core.Book.Enrolments.Count == old.Count, Token);

        using var stop = new CancellationTokenSource();
        var work = new ConcurrentBag<(GroupScript Group, Person Person, ulong Last)>();
        var callers = Enumerable.Range(0, Callers).Select(number => WorkAsync(world.Core, ingress.Address, number, work, stop.Token)).ToList();
        await world.Core.Changed.UntilAsync(() => world.Core.Posts.Count > 50 || callers.Exists(caller => caller.IsFaulted), Token);

        var next = Start(world, ingress, "revision-2");
        await ingress.WaitOpenAsync(old.Count + next.Count, Token); // ready: only now does traffic move
        foreach (var replica in old)
        {
            ingress.Drain(replica.Address);
            replica.Process.Terminate();
        }

        foreach (var replica in old)
        {
            Assert.Equal(ExitCode.Ok, await replica.Process.ExitAsync(Token).WaitAsync(grace, Token));
            Assert.Equal("", replica.Process.Errors);
        }

        var posts = world.Core.Posts.Count;
        await world.Core.Changed.UntilAsync(() => world.Core.Posts.Count > posts + 50 || callers.Exists(caller => caller.IsFaulted), Token);
        await stop.CancelAsync();
        await Task.WhenAll(callers); // every call was answered, and with APPLIED

        Assert.Equal(Callers, work.Count);
        Assert.All(ingress.Taken, taken => Assert.True(taken > 0, "a replica took no call"));
        using var caller = CoreCaller.Of(world.Core, ingress.Address);
        foreach (var (group, person, last) in work)
        {
            var state = await caller.GetGroupAsync(new GetGroupRequest { GroupId = group.Id });
            Assert.Equal(last + 1, state.NextSequence);
            await world.Core.Changed.UntilAsync(() => world.Core.Book.Has(group.Id, state.Revision, [person]), Token);
            Assert.Equal(state.Revision, world.Core.Book.Read(group.Id, held => (ulong)held.Statements.Count));
            Assert.True(Opening.Opens(world.Core, group.Id, person, [person]));
            person.Dispose();
        }

        Assert.Empty(world.Core.Book.Complaints);
        Assert.Contains("revision-2", world.Core.Book.Enrolments[^1].RevisionName, StringComparison.Ordinal);
        foreach (var replica in old.Concat(next))
        {
            replica.Process.Dispose();
        }
    }

    private static List<(ServiceProcess Process, Uri Address)> Start(CloudWorld world, ReplicaIngress ingress, string revision)
    {
        var ports = ServiceProcess.FreePorts(4);
        return [.. ports.Chunk(2).Select(pair =>
        {
            var address = new Uri($"http://127.0.0.1:{pair[0]}");
            var process = world.Start(revision, ingress.Address, pair);
            ingress.Add(address, new Uri($"http://127.0.0.1:{pair[1]}/healthz/ready"));
            return (process, address);
        })];
    }

    private static async Task WorkAsync(FakeCore core, Uri address, int number, ConcurrentBag<(GroupScript Group, Person Person, ulong Last)> work, CancellationToken stop)
    {
        using var caller = CoreCaller.Of(core, address);
        var person = new Person($"member-{number}");
        var group = new GroupScript($"g{number}");
        var receipts = await caller.ApplyAsync(group.Create(), group.Add(person));
        while (!stop.IsCancellationRequested)
        {
            receipts = await caller.ApplyAsync(group.Rotate());
            Assert.Equal(Outcome.Applied, Assert.Single(receipts).Outcome);
        }

        work.Add((group, person, receipts[^1].Sequence));
    }
}
