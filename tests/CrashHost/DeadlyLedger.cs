using EncryptionService.Service.Ledger;

namespace EncryptionService.CrashHost;

/// <summary>A ledger that kills the process beside one of its writes. A write that changes nothing (the segment exists already) is none.</summary>
internal sealed class DeadlyLedger(ILedger inner, Faults faults) : ILedger
{
    public bool TailMayBeTorn => inner.TailMayBeTorn;

    public long SizeInBytes => inner.SizeInBytes;

    public async ValueTask<bool> TryCreateAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        if (await inner.ReadAsync(segment, 0, cancellationToken) is not null)
        {
            return await inner.TryCreateAsync(segment, cancellationToken);
        }

        return await ChangeAsync($"create {segment.Stream}", () => inner.TryCreateAsync(segment, cancellationToken));
    }

    public ValueTask<bool> TryAppendAsync(SegmentName segment, long expectedLength, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
        => ChangeAsync($"append {KindOf(frame.Span)} {segment.Stream}", () => inner.TryAppendAsync(segment, expectedLength, frame, cancellationToken));

    public ValueTask<bool> TryCutAsync(SegmentName segment, long expectedLength, long length, CancellationToken cancellationToken)
        => ChangeAsync($"cut {segment.Stream}", () => inner.TryCutAsync(segment, expectedLength, length, cancellationToken));

    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(SegmentName segment, long offset, CancellationToken cancellationToken)
        => inner.ReadAsync(segment, offset, cancellationToken);

    public IAsyncEnumerable<SegmentName> ListAsync(StreamName? stream, CancellationToken cancellationToken) => inner.ListAsync(stream, cancellationToken);

    public ValueTask ProbeAsync(CancellationToken cancellationToken) => inner.ProbeAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static string KindOf(ReadOnlySpan<byte> frame) => frame[5] switch { 1 => "record", 2 => "snapshot", 3 => "terminal", _ => "frame" };

    private async ValueTask<bool> ChangeAsync(string what, Func<ValueTask<bool>> change)
    {
        faults.Before(what);
        var changed = await change();
        if (changed)
        {
            faults.After(what);
        }

        return changed;
    }
}
