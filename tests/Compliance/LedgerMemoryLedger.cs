using EncryptionService.Service.Ledger;

namespace EncryptionService.Compliance;

/// <summary>A ledger in memory that keeps the promises of append blobs: a frame is there whole or not at all. Instances over one place are rivals.</summary>
internal sealed class MemoryLedger(MemoryLedger.Place place) : ILedger
{
    /// <summary>What outlives the instances.</summary>
    internal sealed class Place
    {
        public Lock Gate { get; } = new();

        public SortedDictionary<(StreamName Stream, int Number), byte[]> Segments { get; } = [];
    }

    public bool TailMayBeTorn => false;

    public long SizeInBytes
    {
        get
        {
            lock (place.Gate)
            {
                return place.Segments.Values.Sum(bytes => (long)bytes.Length);
            }
        }
    }

    public ValueTask<bool> TryCreateAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (place.Gate)
        {
            return ValueTask.FromResult(place.Segments.TryAdd((segment.Stream, segment.Number), []));
        }
    }

    public ValueTask<bool> TryAppendAsync(SegmentName segment, long expectedLength, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (place.Gate)
        {
            if (!place.Segments.TryGetValue((segment.Stream, segment.Number), out var bytes) || bytes.Length != expectedLength)
            {
                return ValueTask.FromResult(false);
            }

            place.Segments[(segment.Stream, segment.Number)] = [.. bytes, .. frame.Span];
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(SegmentName segment, long offset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (place.Gate)
        {
            if (!place.Segments.TryGetValue((segment.Stream, segment.Number), out var bytes))
            {
                return ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
            }

            return offset <= bytes.Length
                ? ValueTask.FromResult<ReadOnlyMemory<byte>?>(bytes.AsSpan((int)offset).ToArray())
                : throw new LedgerDamagedException(new(segment, null, offset, "the segment is shorter than it was"));
        }
    }

    public ValueTask<bool> TryCutAsync(SegmentName segment, long expectedLength, long length, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Nothing is ever torn here.");

    public IAsyncEnumerable<SegmentName> ListAsync(StreamName? stream, CancellationToken cancellationToken)
    {
        lock (place.Gate)
        {
            return place.Segments.Keys.Where(key => stream is null || key.Stream == stream)
                .Select(key => new SegmentName(key.Stream, key.Number)).ToList().ToAsyncEnumerable();
        }
    }

    public ValueTask ProbeAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
