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
internal sealed class BlobProbe(BlobContainerClient container, TimeProvider time)
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

    /// <summary>Asks the storage, if nothing recent says that it works.</summary>
    /// <exception cref="RequestFailedException">It does not work.</exception>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
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

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await blob.CreateAsync(
                new AppendBlobCreateOptions { Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken);
        }
        catch (RequestFailedException answer) when (answer.ErrorCode == BlobErrorCode.BlobAlreadyExists || answer.Status == 412)
        {
            // Who may not write is told so, and not this.
        }
    }
}
