using EncryptionService.Service.Ledger;

namespace EncryptionService.Service.Tests.Rooms;

/// <summary>Counts how often a stream is read, and can be away.</summary>
internal sealed class CountingLedger(ILedger inner, StreamName counted) : ILedger
{
    private int reads;

    public int Reads => Volatile.Read(ref reads);

    public bool IsAway { get; set; }

    public bool TailMayBeTorn => inner.TailMayBeTorn;

    public long SizeInBytes => inner.SizeInBytes;

    public ValueTask<bool> TryCreateAsync(SegmentName segment, CancellationToken cancellationToken) => inner.TryCreateAsync(segment, cancellationToken);

    public ValueTask<bool> TryAppendAsync(SegmentName segment, long expectedLength, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
        => inner.TryAppendAsync(segment, expectedLength, frame, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(SegmentName segment, long offset, CancellationToken cancellationToken)
    {
        if (segment.Stream == counted)
        {
            Interlocked.Increment(ref reads);
        }

        return IsAway ? throw new LedgerUnavailableException("Planned: the storage is away.", null) : inner.ReadAsync(segment, offset, cancellationToken);
    }

    public ValueTask<bool> TryCutAsync(SegmentName segment, long expectedLength, long length, CancellationToken cancellationToken)
        => inner.TryCutAsync(segment, expectedLength, length, cancellationToken);

    public IAsyncEnumerable<SegmentName> ListAsync(StreamName? stream, CancellationToken cancellationToken) => inner.ListAsync(stream, cancellationToken);

    public ValueTask ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
