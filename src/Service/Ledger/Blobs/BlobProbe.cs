using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace EncryptionService.Service.Ledger.Blobs;

/// <summary>Finds out whether the ledger can be written, for little money (docs/spec/ledger.md, section 10, "Readiness").</summary>
/// <remarks>
/// The write that is tried is the creation of a blob <c>probe</c> that exists: the storage answers that it exists only to those who may write. What the
/// service does anyway counts too, so a busy ledger is never probed.
/// </remarks>
/// <param name="container">The container.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where a lease is told.</param>
internal sealed partial class BlobProbe(BlobContainerClient container, TimeProvider time, ILogger logger)
{
    /// <summary>The blob that is probed with.</summary>
    public const string Name = "probe";

    /// <summary>How long any answer counts.</summary>
    private static readonly TimeSpan answerCounts = TimeSpan.FromSeconds(10);

    /// <summary>How long a write counts, while answers keep coming.</summary>
    private static readonly TimeSpan writeCounts = TimeSpan.FromMinutes(5);

    private readonly AppendBlobClient blob = container.GetAppendBlobClient(Name);
    private long answeredAt = long.MinValue;
    private long writtenAt = long.MinValue;
    private volatile AppendBlobClient? leased;

    /// <summary>The storage did what was asked.</summary>
    /// <param name="wrote">A write was acknowledged.</param>
    public void Succeeded(bool wrote)
    {
        var now = time.GetUtcNow().UtcTicks;
        Volatile.Write(ref answeredAt, now);
        if (wrote)
        {
            Volatile.Write(ref writtenAt, now);
        }
    }

    /// <summary>The storage failed: what was known before no longer counts.</summary>
    public void Failed()
    {
        Volatile.Write(ref answeredAt, long.MinValue);
        Volatile.Write(ref writtenAt, long.MinValue);
    }

    /// <summary>An append met a lease on its blob: until that is over, the ledger cannot be written, whatever else can.</summary>
    /// <returns>The exception, to throw.</returns>
    public LedgerUnavailableException Leased(AppendBlobClient segment, Exception exception)
    {
        Failed();
        if (leased?.Name != segment.Name)
        {
            LogLeased(logger, segment.Name);
        }

        leased = segment;
        return BlobFault.Leased(container.Uri, segment.Name, exception);
    }

    /// <summary>Asks the storage, if nothing recent says that it works.</summary>
    /// <exception cref="RequestFailedException">It does not work.</exception>
    /// <exception cref="LedgerUnavailableException">Somebody still holds a lease on a segment.</exception>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        if (leased is { } segment)
        {
            if (await IsLeasedAsync(segment, cancellationToken))
            {
                throw BlobFault.Leased(container.Uri, segment.Name, null);
            }

            leased = null;
            LogFree(logger, segment.Name);
        }

        if (!Counts(ref writtenAt, writeCounts) || (!Counts(ref answeredAt, answerCounts) && !await IsThereAsync(cancellationToken)))
        {
            await TryWriteAsync(cancellationToken);
            Succeeded(wrote: true);
        }
        else
        {
            Succeeded(wrote: false);
        }
    }

    private bool Counts(ref long at, TimeSpan howLong)
    {
        var then = Volatile.Read(ref at);
        var now = time.GetUtcNow().UtcTicks;
        return then != long.MinValue && now >= then && now - then < howLong.Ticks;
    }

    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        try
        {
            await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            return true;
        }
        catch (RequestFailedException answer) when (BlobFault.IsNoBlob(answer))
        {
            return false;
        }
    }

    private static async Task<bool> IsLeasedAsync(AppendBlobClient segment, CancellationToken cancellationToken)
    {
        try
        {
            return (await segment.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.LeaseStatus == LeaseStatus.Locked;
        }
        catch (RequestFailedException answer) when (BlobFault.IsNoBlob(answer))
        {
            return false; // who reads it next finds out what that means
        }
    }

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await blob.CreateAsync(
                new AppendBlobCreateOptions { Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken);
        }
        catch (RequestFailedException answer) when (answer.ErrorCode == BlobErrorCode.BlobAlreadyExists || answer.Status == 412)
        {
            // Who may not write is told so, and not this. A lease on this blob is no reason either: nothing is ever appended to it.
        }
    }

    [LoggerMessage(EventId = 302, Level = LogLevel.Error,
        Message = "Somebody holds a lease on the blob {Blob} of the ledger, so nothing can be appended to it. Break the lease; this service never takes one")]
    private static partial void LogLeased(ILogger logger, string blob);

    [LoggerMessage(EventId = 303, Level = LogLevel.Information, Message = "The lease on the blob {Blob} of the ledger is over")]
    private static partial void LogFree(ILogger logger, string blob);
}
