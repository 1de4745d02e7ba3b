using System.Net;
using EncryptionService.Hosting;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Health;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.MemberPage;
using EncryptionService.Service.Membership;
using EncryptionService.Service.Posting;
using EncryptionService.Service.Settings;
using EncryptionService.Service.Telemetry;
using EncryptionService.Service.Trust;
using EncryptionService.Service.Wrapping;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service;

/// <summary>Puts the rooms together. Nothing else sees all of them.</summary>
internal static class ServiceHost
{
    /// <summary>The whole service: two listeners, the rooms, the start.</summary>
    /// <param name="args">Command line settings, e.g. <c>--Service:GrpcPort=8080</c>.</param>
    /// <param name="replace">Lets a test put something else in a port's place; null in the real program.</param>
    /// <param name="listens">False for the verbs that only look: they need no more settings than what they look at.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace, bool listens = true)
    {
        // Settings stand beside the program, wherever it is started from.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var instance = Instance.Of("encryption-service", typeof(ServiceHost).Assembly, builder.Configuration.GetSection("Service"));
        builder.Services.AddRooms(builder.Configuration).AddSingleton(instance).AddSingleton<HealthAnswer>();
        AddLogs(builder.Logging, instance);
        replace?.Invoke(builder.Services);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        if (listens)
        {
            builder.Services.AddTelemetryExport(builder.Configuration, instance, ServiceMeter.Name);
            builder.WebHost.ConfigureKestrel(Listen);
        }

        var app = builder.Build();
        app.UseRequestSpans(context => IsProbe(context) || context.Request.Path.StartsWithSegments(HealthDoor.Path, StringComparison.Ordinal));
        app.MapWhen(IsProbe, probes => probes.Run(ProbeEndpoints.AnswerAsync));
        app.UseMiddleware<MemberPageDoor>();
        app.UseMiddleware<CallAuthentication>();
        app.MapGrpcService<GroupEncryptionDoor>();
        app.MapGrpcService<HealthDoor>();
        return app;
    }

    /// <summary>All rooms of the service.</summary>
    public static IServiceCollection AddRooms(this IServiceCollection services, IConfiguration configuration)
        => services.AddSettings(configuration).AddLedger(configuration).AddKeys().AddTrust().AddGroups().AddPosting().AddDoors();

    private static IServiceCollection AddSettings(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ServiceOptions>().Bind(configuration.GetSection("Service")).ValidateOnStart();
        services.AddOptions<KeyOptions>().Bind(configuration.GetSection("Keys")).ValidateOnStart();
        services.AddOptions<CoreOptions>().Bind(configuration.GetSection("Core")).ValidateOnStart();
        services.AddOptions<PostingOptions>().Bind(configuration.GetSection("Posting")).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<ServiceOptions>, ServiceOptionsValidator>().AddSingleton<IValidateOptions<ServiceOptions>, SettingsCheck>()
            .AddSingleton<IValidateOptions<KeyOptions>, KeyOptionsValidator>().AddSingleton<IValidateOptions<KeyOptions>, KeyPlaceValidator>()
            .AddSingleton<IValidateOptions<CoreOptions>, CoreOptionsValidator>().AddSingleton<IValidateOptions<CoreOptions>, SettingsCheck>()
            .AddSingleton<IValidateOptions<PostingOptions>, PostingOptionsValidator>()
            .AddSingleton(TimeProvider.System);
    }

    private static IServiceCollection AddKeys(this IServiceCollection services) => services
        .AddSingleton<KeyRing>().AddSingleton<RootStore>().AddSingleton<RootKeeper>().AddSingleton<RootMemory>().AddSingleton<TrustMemory>().AddSingleton<CoreCallKey>().AddKeepers()
        .AddSingleton(provider => new ConfiguredTrust(
            Options(provider).TrustLevel, provider.GetRequiredService<Operators>().Thumbprints, Options(provider).LowerTrustLevel));

    private static IServiceCollection AddTrust(this IServiceCollection services) => services
        .AddSingleton<Operators>().AddSingleton<PinBook>()
        .AddSingleton(provider => SuiteList.TryParse(Options(provider).Suites, out var suites, out var error) ? suites : throw new InvalidOperationException(error))
        .AddSingleton(provider => new PinDecider(
            OrganizationIn(provider), provider.GetRequiredService<SuiteList>(), Options(provider).TrustLevel, provider.GetRequiredService<Operators>()));

    private static IServiceCollection AddGroups(this IServiceCollection services) => services
        .AddSingleton<ServiceMeter>().AddSingleton<GroupMetrics>().AddSingleton<GroupStore>().AddSingleton<GroupFreezer>().AddSingleton<UnitWriter>().AddSingleton<DuplicateFinder>()
        .AddSingleton<GroupUnits>().AddSingleton<GroupReader>().AddSingleton<ResealBudget>().AddSingleton<GroupResealer>().AddSingleton<GroupRecovery>();

    private static IServiceCollection AddPosting(this IServiceCollection services) => services
        .AddSingleton<PostMetrics>().AddSingleton<CoreWatch>().AddSingleton<CoreClient>().AddSingleton<GroupPoster>().AddSingleton<Enroller>().AddSingleton<EnvelopeMaker>()
        .AddSingleton<DeliveryLanes>().AddSingleton<IDeliveries>(provider => provider.GetRequiredService<DeliveryLanes>())
        .AddHostedService(provider => provider.GetRequiredService<DeliveryLanes>());

    private static IServiceCollection AddDoors(this IServiceCollection services)
    {
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = CallAuthentication.MaxMessage);
        return services
            .AddSingleton<DoorMetrics>().AddSingleton<SeenTokens>().AddSingleton<ApprovalTaker>().AddSingleton<IdentityCard>().AddSingleton<GroupEncryptionDoor>()
            .AddSingleton<ServiceState>().AddSingleton<Readiness>().AddSingleton<HealthDoor>()
            .AddHostedService<StartUp>();
    }

    /// <summary>What came in on the probe port: the other one speaks HTTP/2 only.</summary>
    private static bool IsProbe(HttpContext context) => HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol);

    private static void AddLogs(ILoggingBuilder logging, Instance instance)
    {
        // The framework's words about each request say nothing that the house's own do not; a refused start is said once, by Commands.
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddInstanceConsole(instance);
    }

    private static void Listen(KestrelServerOptions kestrel)
    {
        // A port that is no port must be one of the reported faults, not the first exception.
        kestrel.ApplicationServices.GetRequiredService<IStartupValidator>().Validate();
        var options = Options(kestrel.ApplicationServices);
        var address = options.LoopbackOnly ? IPAddress.Loopback : IPAddress.IPv6Any;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 512;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 64;
        kestrel.Limits.MaxRequestBodySize = CallAuthentication.MaxMessage + 1024;

        // Two listeners: a cleartext port that speaks HTTP/2 answers HTTP/1.1 probes with 400.
        kestrel.Listen(address, options.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        kestrel.Listen(address, options.ProbePort, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static ServiceOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ServiceOptions>>().Value;

    private static Formats.OrganizationId OrganizationIn(IServiceProvider provider)
        => Formats.OrganizationId.TryParse(Options(provider).OrganizationId, out var id) ? id : throw new InvalidOperationException("Service:OrganizationId is no id.");
}
