using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Browser.Tests.Setting;

/// <summary>Another site on this machine: a folder, or one page.</summary>
internal sealed class StaticSite : IAsyncDisposable
{
    private readonly WebApplication app;

    private StaticSite(WebApplication app) => this.app = app;

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    /// <param name="content">A folder that is there, or else the page itself.</param>
    public static async Task<StaticSite> StartAsync(string content)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        if (Directory.Exists(content))
        {
            var files = new PhysicalFileProvider(content);
            app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
            app.UseStaticFiles(new StaticFileOptions { FileProvider = files, ContentTypeProvider = new FileExtensionContentTypeProvider() });
        }
        else
        {
            app.MapGet("/", () => Results.Content(content, "text/html; charset=utf-8"));
        }

        await app.StartAsync(TestContext.Current.CancellationToken);
        return new StaticSite(app);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
