using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys;

/// <summary>The <c>root</c> stream: read, appended to, folded.</summary>
internal sealed class RootStore(ILedger ledger, IOptions<LedgerOptions> options, TimeProvider time, ILogger<RootStore> logger) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private LedgerStream? stream;
    private LedgerDamagedException? damage;
    private volatile RootState state = RootState.Empty;

    // Timestamps; 0: never.
    private long seenAt;
    private long triedAt;

    /// <summary>The newest state read or written.</summary>
    public RootState State => state;

    /// <summary>Reads the stream, unauthenticated until <see cref="UseKey"/>.</summary>
    /// <exception cref="LedgerDamagedException">The stream does not verify.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        stream = await LedgerStream.OpenAsync(ledger, StreamName.Root, null, fromSnapshot: false, options.Value, logger, cancellationToken);
        state = RootState.Empty;
        await CatchUpAsync(cancellationToken);
    }

    /// <summary>Checks all frames read so far, and every further one.</summary>
    /// <exception cref="LedgerDamagedException">A frame was not made under this root key.</exception>
    public void UseKey(LedgerKey key) => Stream.UseKey(key);

    /// <summary>Takes up what other replicas have appended, unless that was done not longer ago than <paramref name="age"/>.</summary>
    /// <exception cref="LedgerUnavailableException">The medium failed; the state is as old as it was.</exception>
    /// <exception cref="LedgerDamagedException">The stream does not verify.</exception>
    public ValueTask RefreshAsync(TimeSpan age, CancellationToken cancellationToken)
        => IsOlder(ref seenAt, age) ? LookAsync(() => IsOlder(ref seenAt, age), cancellationToken) : ValueTask.CompletedTask;

    /// <summary>The same on a stranger's word: however many ask, one look begins in <paramref name="age"/>, whether it succeeds or not.</summary>
    /// <exception cref="LedgerUnavailableException">The medium failed; the state is as old as it was.</exception>
    /// <exception cref="LedgerDamagedException">The stream does not verify.</exception>
    public ValueTask RefreshForStrangerAsync(TimeSpan age, CancellationToken cancellationToken)
        => IsOlder(ref triedAt, age) ? LookAsync(() => IsOlder(ref triedAt, age), cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Writes the very first record, unless somebody else was faster. Either way the stream is read anew, unauthenticated, afterwards.</summary>
    /// <returns>True if the root is the caller's.</returns>
    public async Task<bool> TryBeginAsync(RootCreated created, LedgerKey key, CancellationToken cancellationToken)
    {
        var record = new RootRecord { At = time.GetUtcNow().ToUnixTimeSeconds(), Created = created };
        Stream.UseKey(key);
        var mine = await Stream.TryAppendAsync(record.ToByteArray(), cancellationToken);
        await LoadAsync(cancellationToken);
        return mine;
    }

    /// <summary>Appends what <paramref name="decide"/> wants, deciding anew when somebody else was faster.</summary>
    /// <param name="decide">The record for the newest state, or null for none.</param>
    /// <param name="cancellationToken">Gives up before anything is appended.</param>
    /// <returns>True if a record was appended.</returns>
    public async Task<bool> UpdateAsync(Func<RootState, RootRecord?> decide, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                await CatchUpAsync(cancellationToken);
                var record = decide(State);
                if (record is null)
                {
                    return false;
                }

                record.At = time.GetUtcNow().ToUnixTimeSeconds();
                if (await Stream.TryAppendAsync(record.ToByteArray(), cancellationToken))
                {
                    state = state.Apply(record);
                    return true;
                }
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private LedgerStream Stream => stream ?? throw new InvalidOperationException("The root stream is not loaded.");

    private bool IsOlder(ref long at, TimeSpan age)
    {
        var known = Interlocked.Read(ref at);
        return known == 0 || time.GetElapsedTime(known) >= age;
    }

    /// <summary>One look at a time; whoever waited for another's need not look again.</summary>
    private async ValueTask LookAsync(Func<bool> isDue, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (isDue())
            {
                await CatchUpAsync(cancellationToken);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        if (damage is not null)
        {
            throw damage; // the stream has moved past it; nobody may go on behind it
        }

        var began = time.GetTimestamp();
        Interlocked.Exchange(ref triedAt, began);

        foreach (var frame in await Stream.ReadNewAsync(cancellationToken))
        {
            try
            {
                state = state.Apply(RootRecord.Parser.ParseFrom(frame.Payload.Span));
            }
            catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException)
            {
                damage = LedgerDamagedException.At(frame, exception.Message);
                throw damage;
            }
        }

        Interlocked.Exchange(ref seenAt, began);
    }
}
