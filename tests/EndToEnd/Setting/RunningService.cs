using System.Net;
using EncryptionService.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>The whole service in this process, over Kestrel on loopback, with a core beside it.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private static readonly HttpClient http = new();

    private readonly WebApplication app;
    private readonly ServiceFolder folder;
    private readonly bool ownsFolder;
    private CoreCaller? caller;

    private RunningService(WebApplication app, FakeCore core, ServiceFolder folder, bool ownsFolder, Listener log)
    {
        this.app = app;
        this.folder = folder;
        this.ownsFolder = ownsFolder;
        Core = core;
        Log = log;
    }

    public FakeCore Core { get; }

    public Listener Log { get; }

    public IServiceProvider Rooms => app.Services;

    public string Ledger => folder.Ledger;

    public string Keys => folder.Keys;

    public Uri Address { get; private set; } = null!;

    public Uri Probes { get; private set; } = null!;

    /// <summary>The core's calls; there from the enrolment on.</summary>
    public CoreCaller Caller => caller ??= CoreCaller.Of(Core, Address, Rooms.GetRequiredService<TimeProvider>());

    /// <summary>Starts a service and returns once it is ready; with <paramref name="enrolled"/>, once the core has taken its enrolment too.</summary>
    public static async Task<RunningService> StartAsync(
        FakeCore core, Action<Dictionary<string, string>>? configure = null, Action<IServiceCollection>? replace = null,
        ServiceFolder? folder = null, bool enrolled = true, LogLevel level = LogLevel.Information)
    {
        var place = folder ?? new ServiceFolder();
        var settings = place.Settings(core);
        configure?.Invoke(settings);
        var log = new Listener();
        var app = ServiceHost.Build(ServiceFolder.Arguments(settings), services =>
        {
            services.AddLogging(logging => logging.ClearProviders().AddProvider(log));
            if (level < LogLevel.Information)
            {
                services.Configure<LoggerFilterOptions>(filter =>
                {
                    filter.Rules.Clear();
                    filter.MinLevel = level;
                });
            }

            replace?.Invoke(services);
        });
        var token = TestContext.Current.CancellationToken;
        await app.StartAsync(token);
        var service = new RunningService(app, core, place, folder is null, log);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        service.Address = new Uri(addresses[0]);
        service.Probes = new Uri(addresses[1]);
        await log.Changed.UntilAsync(() => log.Has(1), token);
        if (enrolled)
        {
            await log.Changed.UntilAsync(() => log.Has(510), token);
        }

        return service;
    }

    /// <summary>The answer of a probe.</summary>
    public async Task<(HttpStatusCode Status, string Body)> ProbeAsync(string name)
    {
        using var response = await http.GetAsync(new Uri(Probes, $"/healthz/{name}"), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        caller?.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        if (ownsFolder)
        {
            folder.Dispose();
        }
    }
}
