using System.Collections.Concurrent;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;
using EncryptionService.Service.Keys;
using Grpc.Core;

namespace EncryptionService.EndToEnd;

/// <summary>The program is told to stop while it works.</summary>
public sealed class ShutdownTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SIGTERM_under_load_exits_0_and_everything_acknowledged_is_in_the_ledger()
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        var settings = folder.Settings(core);
        var ports = ServiceProcess.FreePorts(2);
        settings["Service:GrpcPort"] = $"{ports[0]}";
        settings["Service:ProbePort"] = $"{ports[1]}";
        var acknowledged = new ConcurrentDictionary<string, ulong>();
        using (var process = ServiceProcess.Start(settings))
        {
            await process.Changed.UntilAsync(() => process.Count(510) > 0 || process.HasExited, Token);
            var address = new Uri($"http://127.0.0.1:{ports[0]}");
            var callers = Enumerable.Range(0, 8).Select(number => WorkAsync(core, address, number, acknowledged)).ToList();
            await core.Changed.UntilAsync(() => core.Posts.Count > 100, Token);
            process.Terminate();
            Assert.Equal(ExitCode.Ok, await process.ExitAsync(Token));
            await Task.WhenAll(callers);
            Assert.Equal("", process.Errors);
        }

        await using var again = await RunningService.StartAsync(core, folder: folder);
        Assert.Equal(8, acknowledged.Count);
        foreach (var (group, sequence) in acknowledged)
        {
            var state = await again.Caller.GetGroupAsync(new GetGroupRequest { GroupId = group });
            Assert.InRange(state.NextSequence, sequence + 1, sequence + 2); // the last one may be in, though its answer was lost
        }
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
            // the service went away, as it was told to
        }
    }
}
