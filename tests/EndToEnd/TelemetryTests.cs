using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.EndToEnd;

/// <summary>Traces and metrics of the real program over OTLP (docs/spec/operations.md, section 4).</summary>
public sealed class TelemetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collector_gets_spans_and_metrics_of_an_event_and_no_name_or_path()
    {
        await using var collector = await Collector.StartAsync(Token);
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        var settings = folder.Settings(core);
        var ports = ServiceProcess.FreePorts(2);
        settings["Service:GrpcPort"] = $"{ports[0]}";
        settings["Service:ProbePort"] = $"{ports[1]}";
        settings["Service:ReplicaName"] = "replica-under-test";
        using var process = ServiceProcess.Start(settings, environment: collector.Settings);
        await process.Changed.UntilAsync(() => process.Count(510) > 0 || process.HasExited, Token);
        using var caller = CoreCaller.Of(core, new Uri($"http://127.0.0.1:{ports[0]}"));
        using var person = new Person("member-canary");
        var group = new GroupScript("group-canary");
        await caller.ApplyAsync(group.Create());
        await caller.ApplyAsync(group.Add(person));

        await collector.Arrived.UntilAsync(
            () => collector.Has("/v1/traces", "unit.append") && collector.Has("/v1/traces", "delivery") && collector.Has("/v1/metrics", "eec.units"), Token);
        Assert.True(collector.Has("/v1/traces", "replica-under-test"));
        Assert.True(collector.Has("/v1/traces", "/encryptionservice.membership.v1.GroupEncryption/Apply"));
        foreach (var canary in new[] { "member-canary", "group-canary", "/v1/organizations", "token-1", person.Secret.Public.Hpke.Thumbprint.ToString(), "Bearer", "eyJ" })
        {
            Assert.False(collector.Has("/v1/traces", canary) || collector.Has("/v1/metrics", canary), canary);
        }
    }
}
