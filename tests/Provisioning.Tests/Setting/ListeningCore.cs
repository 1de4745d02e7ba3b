using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Provisioning.Tests.Setting;

/// <summary>A core that listens on a loopback port, without anything that works in the background.</summary>
internal sealed class ListeningCore : IAsyncDisposable
{
    private readonly WebApplication app;

    private ListeningCore(CoreFixture core, WebApplication app)
    {
        this.app = app;
        Core = core;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    /// <summary>The same data, without the doors.</summary>
    public CoreFixture Core { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => app.Services;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ListeningCore> CreateAsync(
        DatabaseProvider provider = DatabaseProvider.Sqlite, string[]? settings = null, Action<IServiceCollection>? replace = null)
    {
        var core = await CoreFixture.CreateAsync(provider, settings, replace);
        var app = ProvisioningHost.Build(core.Settings, services =>
        {
            foreach (var work in services.Where(service => service.ServiceType == typeof(IHostedService)).ToList())
            {
                services.Remove(work);
            }

            services.RemoveAll<ILoggerProvider>();
            services.RemoveAll<TimeProvider>();
            services.AddSingleton<TimeProvider>(core.Time);
            replace?.Invoke(services);
        });
        await app.StartAsync(Cancellation);
        return new ListeningCore(core, app);
    }

    /// <summary>Sends a request.</summary>
    /// <returns>Status and body; the body of a problem must be one.</returns>
    public async Task<Reply> SendAsync(HttpMethod method, string path, byte[]? body = null, string? bearer = null, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } };
        }

        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        }

        using var response = await Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        var reply = new Reply((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers.RetryAfter?.Delta);
        if (reply.Status >= 400)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.StartsWith("urn:encryption-service:", (string?)reply.Json!["type"], StringComparison.Ordinal);
            Assert.Equal(reply.Status, (int?)reply.Json["status"]);
        }

        return reply;
    }

    public Task<Reply> PostAsync(string path, JsonNode body, string? bearer = null) => SendAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body.ToJsonString()), bearer);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        await Core.DisposeAsync();
    }
}

/// <summary>An answer.</summary>
internal sealed record Reply(int Status, JsonNode? Json, TimeSpan? RetryAfter)
{
    /// <summary>The word that tells problems apart.</summary>
    public string? Word => ((string?)Json?["type"])?["urn:encryption-service:".Length..];

    public string? Detail => (string?)Json?["detail"];
}
