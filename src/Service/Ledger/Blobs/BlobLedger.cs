using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace EncryptionService.Service.Ledger.Blobs;

/// <summary>The ledger in append blobs (docs/spec/ledger.md, section 10): one segment is one blob, one frame is one block. Any number of processes at a time.</summary>
/// <remarks>
/// The storage is the only judge: every change carries the condition under which it may happen, and what it acknowledged is durable. Changes that were
/// begun are not broken off, for nobody would know what became of them; they end by the time-outs of <see cref="LedgerOptions"/>.
/// </remarks>
internal sealed class BlobLedger : ILedger
{
    private const int Remembered = 16_384;
    private const int ReadAttempts = 4;

    private readonly BlobContainerClient container;
    private readonly KnownSegments segments = new(Remembered);
    private readonly BlobProbe probe;
    private readonly TimeSpan probeTimeout;
    private readonly TimeProvider time;
    private int disposed;

    private BlobLedger(BlobContainerClient container, LedgerOptions options, TimeProvider time, ILogger logger)
    {
        this.container = container;
        this.time = time;
        probe = new BlobProbe(container, time, logger);
        probeTimeout = TimeSpan.FromMilliseconds(options.ProbeTimeoutMilliseconds);
    }

    /// <inheritdoc/>
    public bool TailMayBeTorn => false;

    /// <summary>The bytes in the segments that this instance has looked at and remembers.</summary>
    public long SizeInBytes => segments.Bytes;

    /// <summary>Opens the ledger. Nothing is asked of the storage before it is needed.</summary>
    /// <param name="options">Address, attempts and time-outs.</param>
    /// <param name="credential">Who this service is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where a lease is told.</param>
    /// <param name="transport">Something else than the library's own transport; null in the real program.</param>
    public static BlobLedger Open(LedgerOptions options, TokenCredential credential, TimeProvider time, ILogger logger, HttpPipelineTransport? transport = null)
        => new(BlobContainer.Open(options, credential, transport), options, time, logger);

    /// <inheritdoc/>
    public async ValueTask<bool> TryCreateAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        ThrowIfUnusable(segment, cancellationToken);
        try
        {
            var created = await Blob(segment).CreateAsync(
                new AppendBlobCreateOptions { Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All } }, CancellationToken.None);
            segments.Learn(segment, new KnownSegment(0, created.Value.ETag, ReadOnlyMemory<byte>.Empty));
            probe.Succeeded(wrote: true);
            return true;
        }
        catch (RequestFailedException answer) when (answer.ErrorCode == BlobErrorCode.BlobAlreadyExists || BlobFault.IsLostRace(answer))
        {
            probe.Succeeded(wrote: false);
            return false;
        }
        catch (RequestFailedException answer) when (BlobFault.IsLeased(answer))
        {
            throw probe.Leased(Blob(segment), answer);
        }
        catch (Exception exception) when (Unavailable(exception, CancellationToken.None) is { } fault)
        {
            throw fault;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryAppendAsync(SegmentName segment, long expectedLength, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        ThrowIfUnusable(segment, cancellationToken);
        var known = segments.Find(segment) is { } found && found.Length == expectedLength ? found : new KnownSegment(expectedLength, null, ReadOnlyMemory<byte>.Empty);
        var conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = expectedLength, IfMatch = known.ETag };
        try
        {
            await using var content = BinaryData.FromBytes(frame).ToStream();
            var appended = await Blob(segment).AppendBlockAsync(content, new AppendBlobAppendBlockOptions { Conditions = conditions }, CancellationToken.None);
            segments.Learn(segment, known.Grow(frame.Span, appended.Value.ETag));
            probe.Succeeded(wrote: true);
            return true;
        }
        catch (RequestFailedException answer) when (BlobFault.IsLostRace(answer) || BlobFault.IsNoBlob(answer))
        {
            // Also what a second try meets whose first try landed without our hearing of it: the caller reads, and finds its own frame.
            probe.Succeeded(wrote: false);
            return false;
        }
        catch (RequestFailedException answer) when (BlobFault.IsLeased(answer))
        {
            throw probe.Leased(Blob(segment), answer);
        }
        catch (RequestFailedException answer) when (answer.ErrorCode == BlobErrorCode.InvalidBlobType)
        {
            throw NoAppendBlob(segment);
        }
        catch (Exception exception) when (Unavailable(exception, CancellationToken.None) is { } fault)
        {
            throw fault;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(SegmentName segment, long offset, CancellationToken cancellationToken)
    {
        ThrowIfUnusable(segment, cancellationToken);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var bytes = await TryReadAsync(segment, offset, cancellationToken);
                probe.Succeeded(wrote: false);
                return bytes;
            }
            catch (RequestFailedException answer) when (BlobFault.IsNoBlob(answer))
            {
                probe.Succeeded(wrote: false);
                return null;
            }
            catch (RequestFailedException answer) when (answer.Status == 416)
            {
                throw Shorter(segment, offset);
            }
            catch (RequestFailedException answer) when (answer.Status == 412 && attempt < ReadAttempts)
            {
                // The connection broke, and the blob had grown when the library took up the rest: from the beginning, then.
            }
            catch (Exception exception) when (Unavailable(exception, cancellationToken) is { } fault)
            {
                throw fault;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryCutAsync(SegmentName segment, long expectedLength, long length, CancellationToken cancellationToken)
        => throw new NotSupportedException("A block is there whole or not at all: nothing is ever cut off an append blob.");

    /// <inheritdoc/>
    public async IAsyncEnumerable<SegmentName> ListAsync(StreamName? stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        var pages = container.GetBlobsAsync(new GetBlobsOptions { Prefix = stream is { } one ? BlobName.PrefixOf(one) : null }, cancellationToken).AsPages();
        await using var page = pages.GetAsyncEnumerator(cancellationToken);
        while (await MoveAsync(page, cancellationToken))
        {
            foreach (var item in page.Current.Values)
            {
                if (BlobName.TryParse(item.Name, out var segment))
                {
                    segments.Learn(segment, new KnownSegment(item.Properties.ContentLength ?? 0, null, ReadOnlyMemory<byte>.Empty));
                    yield return segment;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask ProbeAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(probeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await probe.AskAsync(either.Token);
        }
        catch (Exception exception) when (Unavailable(exception, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        disposed = 1;
        return ValueTask.CompletedTask;
    }

    /// <summary>One reading. It begins a few bytes before the offset: there is always something to answer, and it shows whether what was read before is still there.</summary>
    private async Task<ReadOnlyMemory<byte>> TryReadAsync(SegmentName segment, long offset, CancellationToken cancellationToken)
    {
        var known = segments.Find(segment);
        var here = known is not null && known.Length == offset ? known : null;
        var before = (int)Math.Min(offset, KnownSegment.TailSize);
        var answer = await Blob(segment).DownloadStreamingAsync(
            new BlobDownloadOptions { Range = offset == before ? default : new HttpRange(offset - before) }, cancellationToken);
        using var download = answer.Value;
        if (download.Details.BlobType != BlobType.Append)
        {
            throw NoAppendBlob(segment);
        }

        var bytes = new byte[download.Details.ContentLength];
        await download.Content.ReadExactlyAsync(bytes, cancellationToken);
        var length = offset - before + bytes.Length;
        if (length < offset || length < known?.Length)
        {
            throw Shorter(segment, length);
        }

        if (here is not null && !bytes.AsSpan(before - here.Tail.Length, here.Tail.Length).SequenceEqual(here.Tail.Span))
        {
            throw new LedgerDamagedException(new(segment, null, offset, "the blob was replaced: the bytes before this place are others than they were"));
        }

        segments.Learn(segment, new KnownSegment(length, download.Details.ETag, bytes.AsSpan()[^Math.Min(bytes.Length, KnownSegment.TailSize)..].ToArray()));
        return bytes.AsMemory(before);
    }

    private async ValueTask<bool> MoveAsync(IAsyncEnumerator<Page<BlobItem>> pages, CancellationToken cancellationToken)
    {
        try
        {
            var more = await pages.MoveNextAsync();
            probe.Succeeded(wrote: false);
            return more;
        }
        catch (Exception exception) when (Unavailable(exception, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    private AppendBlobClient Blob(SegmentName segment) => container.GetAppendBlobClient(BlobName.Of(segment));

    private LedgerUnavailableException? Unavailable(Exception exception, CancellationToken cancellationToken)
    {
        var fault = BlobFault.From(exception, container.Uri, cancellationToken);
        if (fault is not null)
        {
            probe.Failed();
        }

        return fault;
    }

    private static LedgerDamagedException NoAppendBlob(SegmentName segment)
        => new(new(segment, null, 0, "the blob is no append blob: the service did not make it"));

    private static LedgerDamagedException Shorter(SegmentName segment, long offset)
        => new(new(segment, null, offset, "the segment is shorter than it was"));

    private void ThrowIfUnusable(SegmentName segment, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(segment.Number, 1);
        ArgumentOutOfRangeException.ThrowIfEqual(segment.Stream, default);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
