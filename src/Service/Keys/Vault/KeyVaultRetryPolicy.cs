using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>Tries again what may pass in a moment; gives up at once where the vault asks for more patience than a call has (docs/spec/keys.md, section 3).</summary>
/// <param name="options">How often, and how long to wait where the vault does not say.</param>
/// <param name="time">The clock that a date in <c>Retry-After</c> is held against.</param>
internal sealed class KeyVaultRetryPolicy(RetryOptions options, TimeProvider time)
    : RetryPolicy(options.MaxRetries, DelayStrategy.CreateExponentialDelayStrategy(options.Delay, options.MaxDelay))
{
    /// <summary>The longest wait that a call makes because the vault asks for it; who asks for more is asked again by the start.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    // More than anybody waits, and far from every overflow.
    private static readonly TimeSpan forever = TimeSpan.FromDays(1);

    /// <summary>How long an answer asks to wait, by whichever of the headers says most; null: it does not. At most a day.</summary>
    public static TimeSpan? Asked(Response response, DateTimeOffset now)
    {
        TimeSpan?[] waits =
        [
            Number(response, "Retry-After", TimeSpan.FromSeconds(1)) ?? Date(response, now),
            Number(response, "retry-after-ms", TimeSpan.FromMilliseconds(1)),
            Number(response, "x-ms-retry-after-ms", TimeSpan.FromMilliseconds(1)),
        ];
        return waits.Max();
    }

    /// <inheritdoc/>
    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception)
        => AsksForLonger(message) ? ValueTask.FromResult(false) : base.ShouldRetryAsync(message, exception);

    /// <inheritdoc/>
    protected override bool ShouldRetry(HttpMessage message, Exception? exception) => !AsksForLonger(message) && base.ShouldRetry(message, exception);

    private bool AsksForLonger(HttpMessage message) => message.HasResponse && Asked(message.Response, time.GetUtcNow()) > LongestWait;

    private static TimeSpan? Number(Response response, string header, TimeSpan unit)
        => response.Headers.TryGetValue(header, out var text) && text.Length > 0 && text.All(char.IsAsciiDigit)
            ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < forever / unit ? number * unit : forever
            : null;

    private static TimeSpan? Date(Response response, DateTimeOffset now)
        => response.Headers.TryGetValue("Retry-After", out var text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? TimeSpan.FromTicks(Math.Clamp((until - now).Ticks, 0, forever.Ticks))
            : null;
}
