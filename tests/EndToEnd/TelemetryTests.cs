using System.Collections.Concurrent;
using System.Text;
using EncryptionService.EndToEnd.Setting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.EndToEnd;

/// <summary>Traces and metrics of the real program over OTLP (docs/spec/operations.md, section 4).</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> received = new();
    private readonly Signal arrived = new();
    private WebApplication collector = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Token);
            received.Enqueue((context.Request.Path.Value!, body.ToArray()));
            arrived.Pulse();
        });
        await collector.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await collector.StopAsync(CancellationToken.None);
        await collector.DisposeAsync();
    }

    [Fact]
    public async Task A_collector_gets_spans_and_metrics_of_an_event_and_no_name_or_path()
    {
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        var settings = folder.Settings(core);
        var ports = ServiceProcess.FreePorts(2);
        settings["Service:GrpcPort"] = $"{ports[0]}";
        settings["Service:ProbePort"] = $"{ports[1]}";
        settings["Service:ReplicaName"] = "replica-under-test";
        var endpoint = collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var process = ServiceProcess.Start(settings, environment: new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        });
        await process.Changed.UntilAsync(() => process.Count(510) > 0 || process.HasExited, Token);
        using var caller = CoreCaller.Of(core, new Uri($"http://127.0.0.1:{ports[0]}"));
        using var person = new Person("member-canary");
        var group = new GroupScript("group-canary");
        await caller.ApplyAsync(group.Create());
        await caller.ApplyAsync(group.Add(person));

        await arrived.UntilAsync(() => Has("/v1/traces", "unit.append") && Has("/v1/traces", "delivery") && Has("/v1/metrics", "eec.units"), Token);
        Assert.True(Has("/v1/traces", "replica-under-test"));
        Assert.True(Has("/v1/traces", "/encryptionservice.membership.v1.GroupEncryption/Apply"));
        foreach (var canary in new[] { "member-canary", "group-canary", "/v1/organizations", "token-1", person.Secret.Public.Hpke.Thumbprint.ToString(), "Bearer", "eyJ" })
        {
            Assert.DoesNotContain(received, entry => Contains(entry.Body, canary));
        }
    }

    private bool Has(string path, string text) => received.Any(entry => entry.Path == path && Contains(entry.Body, text));

    private static bool Contains(byte[] body, string text) => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
