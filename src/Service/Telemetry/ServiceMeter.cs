using System.Diagnostics.Metrics;

namespace EncryptionService.Service.Telemetry;

/// <summary>The one meter of the service.</summary>
internal sealed class ServiceMeter : IDisposable
{
    /// <summary>Its name.</summary>
    public const string Name = "EncryptionService";

    /// <summary>Makes instruments.</summary>
    public Meter Meter { get; } = new(Name);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
