using EncryptionService.Compliance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>The container platform's token endpoint, on loopback: hands out tokens for the storage to whoever knows the header.</summary>
internal sealed class TokenEndpoint : IAsyncDisposable
{
    private const string Header = "identity-header-of-this-test";
    private const string ClientId = "6f9a1f0e-0b0e-4a4e-9f3e-2f6f6d1c7a11";
    private readonly WebApplication app;

    private TokenEndpoint(WebApplication app, string address)
    {
        this.app = app;
        Environment = new()
        {
            ["IDENTITY_ENDPOINT"] = $"{address}/msi/token",
            ["IDENTITY_HEADER"] = Header,
            ["AZURE_CLIENT_ID"] = ClientId,
        };
    }

    /// <summary>What the platform puts into the container's environment.</summary>
    public Dictionary<string, string> Environment { get; }

    public static async Task<TokenEndpoint> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync(cancellationToken);
        return new TokenEndpoint(app, app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (context.Request.Headers["X-IDENTITY-HEADER"] != Header || query["client_id"] != ClientId || query["resource"] != "https://storage.azure.com")
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "application/json";
        var until = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        return context.Response.WriteAsync(
            $$"""{"access_token":"{{AzuriteServer.Credential.NewToken()}}","expires_on":"{{until}}","resource":"https://storage.azure.com","token_type":"Bearer","client_id":"{{ClientId}}"}""");
    }
}
