using EncryptionService.Service.Ledger;

namespace EncryptionService.Compliance;

/// <summary>What goes wrong at an operation that changes the ledger.</summary>
public enum FaultMode
{
    /// <summary>The process dies before the operation.</summary>
    DieBefore,

    /// <summary>The process dies after the operation, before its caller hears of it.</summary>
    DieAfter,

    /// <summary>The process dies when part of the frame is written; like <see cref="DieBefore"/> where no frame is written or frames cannot be torn.</summary>
    DieWithinWrite,

    /// <summary>The operation fails; the next one works.</summary>
    Fail,

    /// <summary>The operation succeeds, its caller gets an exception; the next one works.</summary>
    LoseReply,
}

/// <summary>A ledger that fails or dies at the nth operation that changes something (create, append, cut). Disposing it disposes the inner one.</summary>
public sealed class FaultyLedger(ILedger inner) : ILedger
{
    private int armedFor;
    private FaultMode mode;
    private int bytesWritten;
    private int readsUntilFailure;

    /// <summary>Operations that tried to change something so far, dead ones not counted.</summary>
    public int Operations { get; private set; }

    /// <summary>Whether the process died: everything fails from then on.</summary>
    public bool IsDead { get; private set; }

    public bool TailMayBeTorn => inner.TailMayBeTorn;

    public long SizeInBytes => inner.SizeInBytes;

    /// <summary>Plans a fault.</summary>
    /// <param name="operation">Counted from now; 1 is the next one.</param>
    /// <param name="faultMode">What goes wrong.</param>
    /// <param name="bytes">For <see cref="FaultMode.DieWithinWrite"/>: how many bytes of the frame are written, at most all but one.</param>
    public void Arm(int operation, FaultMode faultMode, int bytes = 1)
    {
        armedFor = Operations + operation;
        mode = faultMode;
        bytesWritten = bytes;
    }

    /// <summary>Plans the failure of one read; counted from now, 1 is the next one.</summary>
    public void FailRead(int read) => readsUntilFailure = read;

    public ValueTask<bool> TryCreateAsync(SegmentName segment, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.TryCreateAsync(segment, cancellationToken), null);

    public ValueTask<bool> TryAppendAsync(SegmentName segment, long expectedLength, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) =>
        ChangeAsync(
            () => inner.TryAppendAsync(segment, expectedLength, frame, cancellationToken),
            () => inner.TryAppendAsync(segment, expectedLength, frame[..Math.Min(bytesWritten, frame.Length - 1)], cancellationToken));

    public ValueTask<bool> TryCutAsync(SegmentName segment, long expectedLength, long length, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.TryCutAsync(segment, expectedLength, length, cancellationToken), null);

    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(SegmentName segment, long offset, CancellationToken cancellationToken)
    {
        ThrowIfDead();
        if (readsUntilFailure > 0 && --readsUntilFailure == 0)
        {
            throw new LedgerUnavailableException("Planned: a read fails.", null);
        }

        return inner.ReadAsync(segment, offset, cancellationToken);
    }

    public IAsyncEnumerable<SegmentName> ListAsync(StreamName? stream, CancellationToken cancellationToken)
    {
        ThrowIfDead();
        return inner.ListAsync(stream, cancellationToken);
    }

    public ValueTask ProbeAsync(CancellationToken cancellationToken)
    {
        ThrowIfDead();
        return inner.ProbeAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask<bool> ChangeAsync(Func<ValueTask<bool>> change, Func<ValueTask<bool>>? writePartly)
    {
        ThrowIfDead();
        if (++Operations != armedFor)
        {
            return await change();
        }

        IsDead = mode is FaultMode.DieBefore or FaultMode.DieAfter or FaultMode.DieWithinWrite;
        if (mode is FaultMode.DieAfter or FaultMode.LoseReply)
        {
            await change();
        }
        else if (mode is FaultMode.DieWithinWrite && inner.TailMayBeTorn && writePartly is not null)
        {
            await writePartly();
        }

        throw new LedgerUnavailableException($"Planned: {mode}.", null);
    }

    private void ThrowIfDead()
    {
        if (IsDead)
        {
            throw new LedgerUnavailableException("The process is dead.", null);
        }
    }
}
