using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Settings;

/// <summary>How events travel to the services: section <c>Dispatch</c> of the configuration.</summary>
public sealed class DispatchOptions
{
    /// <summary>Workers of this instance. Default 2; 0: this instance sends nothing.</summary>
    [Range(0, 64)]
    public int Workers { get; set; } = 2;

    /// <summary>Pause between looks at the outbox when nobody rings, in milliseconds. Default 1,000.</summary>
    [Range(10, 60_000)]
    public int PollMilliseconds { get; set; } = 1_000;

    /// <summary>First pause after a failed call, in milliseconds; it doubles. Default 500.</summary>
    [Range(10, 60_000)]
    public int BaseDelayMilliseconds { get; set; } = 500;

    /// <summary>Longest pause after a failed call, in milliseconds. Default 60,000.</summary>
    [Range(10, 3_600_000)]
    public int MaxDelayMilliseconds { get; set; } = 60_000;

    /// <summary>Time for one call, in milliseconds. Default 60,000.</summary>
    [Range(100, 240_000)]
    public int CallTimeoutMilliseconds { get; set; } = 60_000;

    /// <summary>Most events in one call. Default 500; at most 1,000.</summary>
    [Range(1, 1_000)]
    public int EventsPerCall { get; set; } = 500;

    /// <summary>How long after a receipt statements and envelopes may be on their way before they are asked for, in milliseconds. Default 5,000.</summary>
    [Range(10, 3_600_000)]
    public int RepairAfterMilliseconds { get; set; } = 5_000;
}

/// <summary>Checks <see cref="DispatchOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class DispatchOptionsValidator : IValidateOptions<DispatchOptions>;
