using Azure.Core;
using Azure.Core.Pipeline;

namespace EncryptionService.Service.Ledger.Blobs;

/// <summary>Tries again what may pass in a moment; gives up at once where the storage asks for more patience than a caller has.</summary>
/// <param name="options">How often, and how long to wait.</param>
internal sealed class LedgerRetryPolicy(LedgerOptions options) : RetryPolicy(
    options.MaxAttempts - 1,
    DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(options.BaseDelayMilliseconds), TimeSpan.FromMilliseconds(options.MaxDelayMilliseconds)))
{
    /// <inheritdoc/>
    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception)
        => AsksForLonger(message) ? ValueTask.FromResult(false) : base.ShouldRetryAsync(message, exception);

    /// <inheritdoc/>
    protected override bool ShouldRetry(HttpMessage message, Exception? exception) => !AsksForLonger(message) && base.ShouldRetry(message, exception);

    private bool AsksForLonger(HttpMessage message)
        => message.HasResponse && BlobFault.RetryAfter(message.Response) is { } wait && wait > TimeSpan.FromMilliseconds(options.MaxDelayMilliseconds);
}
