using EncryptionService.Service.Ledger;

namespace EncryptionService.Service.Tests.Rooms;

/// <summary>Says at every append to a stream that somebody else was faster, though nobody was; after <see cref="Most"/> times it gives in, so that a caller without bounds ends too.</summary>
internal sealed class StubbornLedger(ILedger inner) : ILedger
{
    public const int Most = 100;

    private int refused;

    /// <summary>Which stream; null: none.</summary>
    public StreamName? Stream { get; set; }

    /// <summary>Appends refused so far.</summary>
    public int Refused => Volatile.Read(ref refused);

    public bool TailMayBeTorn => inner.TailMayBeTorn;

    public long SizeInBytes => inner.SizeInBytes;

    public ValueTask<bool> TryCreateAsync(SegmentName segment, CancellationToken cancellationToken) => inner.TryCreateAsync(segment, cancellationToken);

    public ValueTask<bool> TryAppendAsync(SegmentName segment, long expectedLength, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
        => segment.Stream == Stream && Interlocked.Increment(ref refused) <= Most
            ? ValueTask.FromResult(false)
            : inner.TryAppendAsync(segment, expectedLength, frame, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(SegmentName segment, long offset, CancellationToken cancellationToken)
        => inner.ReadAsync(segment, offset, cancellationToken);

    public ValueTask<bool> TryCutAsync(SegmentName segment, long expectedLength, long length, CancellationToken cancellationToken)
        => inner.TryCutAsync(segment, expectedLength, length, cancellationToken);

    public IAsyncEnumerable<SegmentName> ListAsync(StreamName? stream, CancellationToken cancellationToken) => inner.ListAsync(stream, cancellationToken);

    public ValueTask ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
