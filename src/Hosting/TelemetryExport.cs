using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EncryptionService.Hosting;

/// <summary>Traces and metrics over OTLP, where somebody takes them (docs/spec/operations.md, section 4).</summary>
public static class TelemetryExport
{
    /// <summary>The variable that switches it on.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // A collector that is away must not hold up the end of the process.
    private const int TimeoutMilliseconds = 1_000;
    private const int QueueLength = 1_024;
    private const int BatchLength = 512;

    private static readonly string[] frameworkSources = ["Microsoft.AspNetCore", "System.Net.Http", "Azure.*"];

    private static readonly string[] frameworkMeters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    /// <summary>Collects and sends while the endpoint is set; else does nothing.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Where the standard's variables are.</param>
    /// <param name="instance">Who sends.</param>
    /// <param name="source">Name of the host's own spans and meter.</param>
    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, IConfiguration configuration, Instance instance, string source)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(instance);
        if (string.IsNullOrEmpty(configuration[EndpointVariable]))
        {
            return services;
        }

        // Azure's libraries make spans only where they are asked to.
        AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(instance.Service, serviceVersion: instance.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: instance.Replica)
                .AddAttributes([new("eec.revision", instance.Revision)]))
            .WithTracing(traces => traces
                .AddSource([.. frameworkSources, source])
                .AddProcessor(_ => new SpanScrubber())
                .AddOtlpExporter(Patience)
                .ConfigureServices(inner => inner.Configure<BatchExportActivityProcessorOptions>(batch =>
                {
                    batch.MaxQueueSize = QueueLength;
                    batch.MaxExportBatchSize = BatchLength;
                })))
            .WithMetrics(metrics => metrics.AddMeter([.. frameworkMeters, source]).AddOtlpExporter(Patience));
        return services;
    }

    private static void Patience(OtlpExporterOptions exporter) => exporter.TimeoutMilliseconds = TimeoutMilliseconds;
}
