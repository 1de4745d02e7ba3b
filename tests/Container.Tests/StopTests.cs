using System.Collections.Concurrent;
using EncryptionService.Container.Tests.Setting;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;
using Grpc.Core;

namespace EncryptionService.Container.Tests;

/// <summary>The container ends while it works, as a new revision or a lost node makes it end.</summary>
public sealed class StopTests
{
    private const int Callers = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    public Task Stopped_under_load_it_exits_0_and_nothing_acknowledged_is_lost() =>
        EndUnderLoadAsync(async container => Assert.Equal(0, await container.StopAsync(Token)));

    [Fact(Skip = DockerEngine.Absent, SkipUnless = nameof(DockerEngine.IsPresent), SkipType = typeof(DockerEngine))]
    public Task Killed_under_load_nothing_acknowledged_is_lost() => EndUnderLoadAsync(async container =>
    {
        await container.KillAsync();
        Assert.Equal(137, await container.ExitAsync(Token));
    });

    private static async Task EndUnderLoadAsync(Func<ContainerRun, Task> end)
    {
        await using var core = await FakeCore.StartAsync(Token);
        await using var volume = await Volume.CreateAsync(Token);
        var acknowledged = new ConcurrentDictionary<string, ulong>();
        await using (var service = await ServiceRun.StartAsync(core, volume, Token))
        {
            var callers = Enumerable.Range(0, Callers).Select(number => WorkAsync(core, service.Address, number, acknowledged)).ToList();
            await core.Changed.UntilAsync(() => core.Posts.Count > 100 && acknowledged.Count == Callers, Token);
            await end(service.Container);
            await Task.WhenAll(callers);
            Assert.Equal("", service.Container.Errors);
        }

        await using var again = await ServiceRun.StartAsync(core, volume, Token);
        Assert.Equal(Callers, acknowledged.Count);
        foreach (var (group, sequence) in acknowledged)
        {
            var state = await again.Caller.GetGroupAsync(new GetGroupRequest { GroupId = group });
            Assert.InRange(state.NextSequence, sequence + 1, sequence + 2); // the last one may be in, though its answer was lost
        }

        Assert.Empty(core.Book.Complaints);
    }

    private static async Task WorkAsync(FakeCore core, Uri address, int number, ConcurrentDictionary<string, ulong> acknowledged)
    {
        using var caller = CoreCaller.Of(core, address);
        using var person = new Person($"member-{number}");
        var group = new GroupScript($"g{number}");
        try
        {
            await caller.ApplyAsync(group.Create());
            await caller.ApplyAsync(group.Add(person));
            acknowledged[group.Id] = 2;
            while (true)
            {
                var receipt = Assert.Single(await caller.ApplyAsync(group.Rotate()));
                Assert.Equal(Outcome.Applied, receipt.Outcome);
                acknowledged[group.Id] = receipt.Sequence;
            }
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal)
        {
            // the service went away, as it was made to
        }
    }
}
