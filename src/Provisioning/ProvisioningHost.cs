using System.Net;
using EncryptionService.Hosting;
using EncryptionService.Provisioning.Admin;
using EncryptionService.Provisioning.Configuration;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Dispatch;
using EncryptionService.Provisioning.Doors;
using EncryptionService.Provisioning.Envelopes;
using EncryptionService.Provisioning.MemberApi;
using EncryptionService.Provisioning.MemberPage;
using EncryptionService.Provisioning.Health;
using EncryptionService.Provisioning.Invitations;
using EncryptionService.Provisioning.Journal;
using EncryptionService.Provisioning.Lifecycle;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Scim;
using EncryptionService.Provisioning.Settings;
using EncryptionService.Provisioning.Views;

using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning;

/// <summary>Puts the rooms together. Nothing else sees all of them.</summary>
internal static class ProvisioningHost
{
    /// <summary>Longest request that is read before it is answered with 413 (docs/spec/scim.md, point 50).</summary>
    private const long MostBytes = 16 * 1024 * 1024;

    /// <summary>Longest first line of a request: the longest filter with every character escaped.</summary>
    private const int MostLineBytes = 32 * 1024;

    /// <summary>What telemetry calls this host.</summary>
    private const string Name = "encryption-service-provisioning";

    /// <summary>The whole core.</summary>
    /// <param name="args">Command line settings, e.g. <c>--Provisioning:Port=8090</c>.</param>
    /// <param name="replace">Lets a test put something else in a port's place; null in the real program.</param>
    /// <param name="serves">False for the verbs: they neither listen nor work in the background.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null, bool serves = true)
    {
        // Settings stand beside the program, wherever it is started from; data is where it is started.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            // Pages are looked for in the assembly of this name, whichever program started.
            ApplicationName = typeof(ProvisioningHost).Assembly.GetName().Name,
        });
        var instance = Instance.Of(Name, typeof(ProvisioningHost).Assembly, builder.Configuration.GetSection("Provisioning"));
        builder.Services.AddSettings(builder.Configuration).AddCoreDatabase(builder.Configuration).AddRooms().AddSingleton(instance).AddSingleton<HealthAnswer>();
        if (serves)
        {
            builder.Services.AddAdminPages().AddWork().AddTelemetryExport(builder.Configuration, instance, Name);
            builder.WebHost.ConfigureKestrel(Listen);
        }

        AddLogs(builder.Logging, instance, serves);
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseRequestSpans(context => context.Request.Path.StartsWithSegments("/healthz", StringComparison.Ordinal));
        app.UseCallersAddress();
        app.MapRooms();
        if (serves)
        {
            app.MapAdmin();
        }

        return app;
    }

    private static IServiceCollection AddRooms(this IServiceCollection services) => services
        .AddDirectory()
        .AddJournal()
        .AddOrganizations()
        .AddConfigurationFiles()
        .AddDoors()
        .AddIdpConnections()
        .AddInvitations()
        .AddEnvelopes()
        .AddDispatch()
        .AddMemberApi()
        .AddMemberPage()
        .AddScim()
        .AddAdmin()
        .AddHealth()
        .AddViews();

    /// <summary>What goes on in the background.</summary>
    private static IServiceCollection AddWork(this IServiceCollection services) => services
        .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20))
        .AddInvitationWork()
        .AddDispatchWork()
        .AddJournalWork()
        .AddLifecycleWork();

    /// <summary>Behind an ingress every connection comes from the same address (<see cref="ProvisioningOptions.ForwardedFor"/>).</summary>
    private static void UseCallersAddress(this WebApplication app) => app.Use(next =>
    {
        // Asked when the host starts: by then the settings were looked at, all of them.
        if (!app.Services.GetRequiredService<IOptions<ProvisioningOptions>>().Value.ForwardedFor)
        {
            return next;
        }

        // One hop, whatever its address is.
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = 1 };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        return new ForwardedHeadersMiddleware(next, app.Services.GetRequiredService<ILoggerFactory>(), Options.Create(forwarded)).Invoke;
    });

    private static void MapRooms(this WebApplication app)
    {
        app.MapHealth();
        app.MapEnvelopes();
        app.MapMemberApi();
        app.MapMemberPage();
        app.MapScim();
    }

    private static IServiceCollection AddSettings(this IServiceCollection services, ConfigurationManager configuration)
    {
        services.AddOptions<ProvisioningOptions>().Bind(configuration.GetSection("Provisioning")).ValidateOnStart();
        services.AddOptions<DispatchOptions>().Bind(configuration.GetSection("Dispatch")).ValidateOnStart();
        services.AddOptions<InvitationOptions>().Bind(configuration.GetSection("Invitations")).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<ProvisioningOptions>, ProvisioningOptionsValidator>()
            .AddSingleton<IValidateOptions<DispatchOptions>, DispatchOptionsValidator>()
            .AddSingleton<IValidateOptions<InvitationOptions>, InvitationOptionsValidator>()
            .AddSingleton(TimeProvider.System);
    }

    private static void AddLogs(ILoggingBuilder logging, Instance instance, bool serves)
    {
        // The framework's words about each request and each query say nothing that the house's own do not.
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // It warns at each new key that nothing wraps it. Here file modes protect it (docs/threat-model.md).
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        if (!serves)
        {
            // What a verb prints is for whoever reads it, perhaps a program.
            logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            return;
        }

        logging.AddInstanceConsole(instance);
    }

    private static void Listen(KestrelServerOptions kestrel)
    {
        kestrel.ApplicationServices.GetRequiredService<IStartupValidator>().Validate();
        var options = kestrel.ApplicationServices.GetRequiredService<IOptions<ProvisioningOptions>>().Value;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MostBytes + 1024;
        kestrel.Limits.MaxRequestLineSize = MostLineBytes;
        kestrel.Limits.MaxConcurrentConnections = 2_048;
        kestrel.Listen(options.LoopbackOnly ? IPAddress.Loopback : IPAddress.IPv6Any, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
