using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Posting;

/// <summary>How posts behave when the core is slow or away: section <c>Posting</c> of the configuration (docs/spec/core.md, section 3).</summary>
public sealed class PostingOptions
{
    /// <summary>Attempts for one post, the first included. Default 8; 1 to 100.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 8;

    /// <summary>Base of the exponential back-off, in milliseconds. Default 200; 1 to 60,000.</summary>
    [Range(1, 60_000)]
    public int BaseDelayMilliseconds { get; set; } = 200;

    /// <summary>Longest wait between two attempts, in milliseconds; also the most that a <c>Retry-After</c> is honoured. Default 60,000; 1 to 600,000.</summary>
    [Range(1, 600_000)]
    public int MaxDelayMilliseconds { get; set; } = 60_000;

    /// <summary>Time for one attempt, in milliseconds. Default 30,000; 100 to 120,000.</summary>
    [Range(100, 120_000)]
    public int AttemptTimeoutMilliseconds { get; set; } = 30_000;

    /// <summary>How long the circuit stays open once half of the recent attempts failed, in milliseconds. Default 5,000; 500 to 600,000.</summary>
    [Range(500, 600_000)]
    public int BreakMilliseconds { get; set; } = 5_000;

    /// <summary>Deliveries that may wait; the oldest are dropped beyond that. Default 20,000; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int QueueLength { get; set; } = 20_000;

    /// <summary>Deliveries of different groups under way at once. Default 8; 1 to 64.</summary>
    [Range(1, 64)]
    public int Lanes { get; set; } = 8;
}

/// <summary>Checks <see cref="PostingOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class PostingOptionsValidator : IValidateOptions<PostingOptions>;
