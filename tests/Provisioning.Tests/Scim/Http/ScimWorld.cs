using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>A core that listens on loopback, with organizations and their connections.</summary>
internal sealed class ScimWorld : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;

    private ScimWorld(CoreFixture core, WebApplication app)
    {
        Core = core;
        this.app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(30) }) { BaseAddress = Address };
    }

    /// <summary>Base address of the server, for sockets.</summary>
    public Uri Address { get; }

    public CoreFixture Core { get; }

    public CoreStore Store => Core.Store;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A core on an empty database.</summary>
    /// <param name="provider">Product.</param>
    /// <param name="settings">Further settings of what listens.</param>
    /// <param name="replace">Puts something else in a room's place in what listens.</param>
    public static async Task<ScimWorld> CreateAsync(DatabaseProvider provider = DatabaseProvider.Sqlite, string[]? settings = null, Action<IServiceCollection>? replace = null)
    {
        var core = await CoreFixture.CreateAsync(provider);
        try
        {
            var app = ProvisioningHost.Build([.. core.Settings, "--Dispatch:Workers=0", .. settings ?? []], services =>
            {
                services.AddSingleton<TimeProvider>(core.Time).AddLogging(logging => logging.ClearProviders());
                replace?.Invoke(services);
            });
            await app.StartAsync(Token);
            return new ScimWorld(core, app);
        }
        catch
        {
            await core.DisposeAsync();
            throw;
        }
    }

    /// <summary>An organization with a connection; with a service it has groups.</summary>
    public async Task<ScimClient> ConnectAsync(string organization = "acme", bool service = true, ConnectionKind kind = ConnectionKind.EntraId)
    {
        await Core.OrganizationAsync(organization, service);
        return await ConnectMoreAsync(organization, kind);
    }

    /// <summary>A further connection of an organization.</summary>
    public async Task<ScimClient> ConnectMoreAsync(string organization, ConnectionKind kind = ConnectionKind.EntraId)
    {
        var made = await Core.Get<ConnectionBook>().CreateAsync(organization, kind, null, Actor.Command, Token);
        return new ScimClient(http, made!.Id, made.Token);
    }

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await Core.DisposeAsync();
    }
}
