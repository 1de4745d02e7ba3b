using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Provisioning.Tests.Setting;

/// <summary>Takes traces and metrics over OTLP, on loopback, and keeps every byte.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> received = new();
    private readonly WebApplication app;

    private Collector(WebApplication app) => this.app = app;

    /// <summary>What a host has to know to send here.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
    };

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var collector = new Collector(builder.Build());
        collector.app.Run(collector.TakeAsync);
        await collector.app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>How often a text arrived on a path, e.g. <c>/v1/traces</c>.</summary>
    public int Count(string path, string text) => received.Where(entry => entry.Path == path).Sum(entry => Occurrences(entry.Body, Encoding.UTF8.GetBytes(text)));

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private static int Occurrences(ReadOnlySpan<byte> body, ReadOnlySpan<byte> text)
    {
        var count = 0;
        for (var at = body.IndexOf(text); at >= 0; at = body.IndexOf(text))
        {
            count++;
            body = body[(at + text.Length)..];
        }

        return count;
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        received.Enqueue((context.Request.Path.Value!, body.ToArray()));
    }
}
