using System.Net;
using EncryptionService.Compliance;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;
using EncryptionService.Service.Health;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.EndToEnd;

/// <summary>The whole service over a storage that is away, late or busy (docs/spec/ledger.md, section 10).</summary>
public sealed class BlobFaultTests(BlobStorage blobs) : IAsyncLifetime
{
    // The time-outs of posts and probes pass as they do, every other wait is leapt over: none of those is as long as this.
    private static readonly TimeSpan attempt = TimeSpan.FromSeconds(29);

    private readonly LeapingTime time = new(attempt);
    private readonly ServiceState state = new();
    private readonly Person alice = new("alice");
    private readonly GroupScript group = new("g1");
    private FakeCore? core;
    private ServiceFolder? folder;
    private StorageWire? wire;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        folder = await blobs.NewFolderAsync(Token);
        wire = blobs.NewWire();
        core = await FakeCore.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        alice.Dispose();
        wire?.Dispose();
        folder?.Dispose();
        if (core is not null)
        {
            await core.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_storage_that_is_away_for_ten_minutes_at_the_start_is_waited_for()
    {
        var told = new HashSet<string?>();
        wire!.Play = (_, _, send) =>
        {
            told.Add(state.WaitsFor);
            return time.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait) < TimeSpan.FromMinutes(10) ? throw Away() : send();
        };

        await using var service = await StartAsync();

        Assert.Equal([null, "waiting for the ledger's storage"], told);
        Assert.All(service.Log.Lines.Where(line => line.Event == 4), line => Assert.Contains("cannot be reached", line.Text, StringComparison.Ordinal));
        Assert.InRange(service.Log.Count(4), 20, 30);
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("ready")).Status);
        await service.Caller.ApplyAsync(group.Create(), group.Add(alice));
        await PostedAsync(1);
    }

    [Fact]
    public async Task A_storage_that_goes_away_while_the_service_runs_loses_nothing_and_is_taken_up_again()
    {
        await using var service = await StartAsync();
        await service.Caller.ApplyAsync(group.Create(), group.Add(alice));
        Event[] events = [group.Rotate()];

        wire!.Play = (_, _, _) => throw Away();
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => service.Caller.ApplyAsync(events))).StatusCode);
        time.Pass(TimeSpan.FromMinutes(10));
        var probed = await service.ProbeAsync("ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, probed.Status);
        Assert.Contains("the ledger cannot be written", probed.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("live")).Status);
        // Whichever needs the storage first, the look for another call key or the ledger itself: both say what to look at.
        Assert.Contains(service.Log.Lines, line => line.Event is 101 or 110 && line.Text.Contains("private endpoint", StringComparison.Ordinal));

        wire.Play = null;
        time.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("ready")).Status);
        Assert.Equal(Outcome.Applied, Assert.Single(await service.Caller.ApplyAsync(events)).Outcome);
        await PostedAsync(2);
        await VerifyAsync(service);
    }

    [Fact]
    public async Task A_storage_that_answers_late_makes_no_probe_late()
    {
        await using var service = await StartAsync();
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        wire!.Play = async (_, _, send) =>
        {
            await late.Task;
            return await send();
        };

        time.Pass(TimeSpan.FromMinutes(6)); // what was known of the storage counts no longer
        var (status, body) = await service.ProbeAsync("ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("the ledger does not answer", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("startup")).Status);

        var applied = service.Caller.ApplyAsync(group.Create(), group.Add(alice));
        late.SetResult();
        Assert.All(await applied, receipt => Assert.Equal(Outcome.Applied, receipt.Outcome));
        await PostedAsync(1);
        time.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await service.ProbeAsync("ready")).Status);
        await VerifyAsync(service);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task An_append_that_lands_though_its_answer_does_not_come_is_recognized(int attempts)
    {
        await using var service = await StartAsync(attempts);
        await service.Caller.ApplyAsync(group.Create(), group.Add(alice));
        Event[] events = [group.Rotate()];
        wire!.Play = async (kind, _, send) =>
        {
            var answer = await send();
            if (kind == "append")
            {
                wire.Play = null;
                throw new TaskCanceledException("Planned: nothing comes in time.");
            }

            return answer;
        };

        if (attempts == 1)
        {
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => service.Caller.ApplyAsync(events))).StatusCode);
        }

        var receipt = Assert.Single(await service.Caller.ApplyAsync(events));

        Assert.Equal((Outcome.Duplicate, 2UL, 2UL), (receipt.Outcome, receipt.Epoch, receipt.Revision));
        await VerifyAsync(service);
    }

    [Fact]
    public async Task An_append_that_arrives_while_the_next_try_is_under_way_is_recognized_and_makes_no_second_key()
    {
        await using var service = await StartAsync();
        await service.Caller.ApplyAsync(group.Create(), group.Add(alice));
        Event[] events = [group.Rotate()];
        HttpRequestMessage? late = null;
        var delivered = 0;
        wire!.Play = async (kind, request, send) =>
        {
            if (kind == "append" && late is null)
            {
                late = await StorageWire.CopyAsync(request);
                throw new TaskCanceledException("Planned: nothing comes in time.");
            }

            if (kind == "append" && delivered == 0)
            {
                using var answer = await wire.DeliverAsync(late!, Token);
                delivered = (int)answer.StatusCode;
            }

            return await send();
        };

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => service.Caller.ApplyAsync(events))).StatusCode);
        var receipt = Assert.Single(await service.Caller.ApplyAsync(events));

        Assert.Equal(201, delivered);
        Assert.Equal((Outcome.Duplicate, 2UL, 2UL), (receipt.Outcome, receipt.Epoch, receipt.Revision));
        var told = await service.Caller.GetGroupAsync(new GetGroupRequest { GroupId = "g1", MaxStatements = 100 });
        Assert.Equal((2UL, 2, 4UL), (told.Epoch, told.Statements.Count, told.NextSequence));
        await VerifyAsync(service);
    }

    [Fact]
    public async Task A_storage_that_is_damaged_stops_the_group_and_the_readiness()
    {
        await using var service = await StartAsync();
        await service.Caller.ApplyAsync(group.Create(), group.Add(alice));
        await blobs.Container(folder!).DeleteBlobAsync("group/g1,000001", cancellationToken: Token);

        Assert.Equal(StatusCode.DataLoss, (await Assert.ThrowsAsync<RpcException>(() => service.Caller.ApplyAsync(group.Rotate()))).StatusCode);
        var (status, body) = await service.ProbeAsync("ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("""{"status":"unavailable","reason":"the ledger is damaged",""", body, StringComparison.Ordinal);
    }

    private static HttpRequestException Away() => new("Planned: the storage is away.");

    private Task<RunningService> StartAsync(int attempts = 1) => RunningService.StartAsync(
        core!,
        settings =>
        {
            settings["Ledger:MaxAttempts"] = $"{attempts}";
            settings["Ledger:BaseDelayMilliseconds"] = "1";
            settings["Ledger:ProbeTimeoutMilliseconds"] = $"{attempt.TotalMilliseconds}";
            settings["Posting:AttemptTimeoutMilliseconds"] = $"{attempt.TotalMilliseconds}";
        },
        services =>
        {
            services.AddSingleton<TimeProvider>(time).AddSingleton(state);
            BlobStorage.Admit(services, wire!);
        },
        folder);

    private async Task PostedAsync(ulong revision)
    {
        await core!.Changed.UntilAsync(() => core.Book.Has("g1", revision, [alice]), Token);
        Assert.True(Opening.Opens(core, "g1", alice, [alice]));
    }

    private static async Task VerifyAsync(RunningService service)
    {
        var key = service.Rooms.GetRequiredService<KeyRing>().Keys.LedgerKey;
        var report = await service.Rooms.GetRequiredService<LedgerVerifier>().VerifyAsync(key, keepTornTails: true, null, Token);
        Assert.Empty(report.Faults);
        Assert.Equal(3, report.Streams);
    }
}
