using System.Buffers.Binary;

namespace EncryptionService.Service.Ledger;

/// <summary>One stream: a verified tail, and compare-and-set appends to it (docs/spec/ledger.md, sections 1 and 2).</summary>
/// <remarks>
/// One caller at a time. The life of a caller: <see cref="ReadNewAsync"/> until it is content, decide, roll if <see cref="NeedsRoll"/>,
/// <see cref="TryAppendAsync"/>; on false or on <see cref="LedgerUnavailableException"/> read again and decide again.
/// After <see cref="LedgerDamagedException"/> every further call throws the same.
/// </remarks>
internal sealed partial class LedgerStream
{
    /// <summary>How many lost races in a row are believed while nothing new is there to read.</summary>
    public const int MostLostRaces = 5;

    private const int TerminalPayloadSize = sizeof(int);

    private readonly ILedger ledger;
    private readonly LedgerOptions options;
    private readonly ILogger log;
    private readonly ChainCursor cursor;
    private readonly int lastListed;

    /// <summary>Frames that were read and verified but not handed out, because a later read of the same call failed.</summary>
    private List<Frame> undelivered = [];

    /// <summary>Frames that were handed out without a look at their MAC, until the key is known.</summary>
    private List<Frame>? unproven;

    /// <summary>The segment that was read to find the place to begin.</summary>
    private ReadOnlyMemory<byte>? prefetched;

    private LedgerKey? key;
    private byte[] context = [];
    private bool loaded;
    private bool exists;
    private LedgerFault? fault;
    private int lostRaces;
    private long lostAt;

    private LedgerStream(ILedger ledger, ChainCursor cursor, int lastListed, LedgerKey? key, LedgerOptions options, ILogger log)
    {
        this.ledger = ledger;
        this.cursor = cursor;
        this.lastListed = lastListed;
        this.options = options;
        this.log = log;
        exists = lastListed > 0;
        unproven = key is null ? [] : null;
        SetKey(key);
    }

    /// <summary>The stream.</summary>
    public StreamName Name => cursor.Segment.Stream;

    /// <summary>How many frames the stream has, of every kind: the position of the next one.</summary>
    public long Length => cursor.Position;

    /// <summary>Whether the state must be written as a snapshot (<see cref="TryRollAsync"/>) before the next record: the segment is full, or a roll was left half done.</summary>
    public bool NeedsRoll => cursor.AwaitsSnapshot || cursor.BytesAfterSnapshot >= options.SegmentBytes || cursor.FramesAfterSnapshot >= options.SegmentFrames;

    /// <summary>Whether the stream ended in a torn frame when it was read.</summary>
    public bool TailWasTorn { get; private set; }

    /// <summary>The segment that the stream ends in.</summary>
    public SegmentName Segment => cursor.Segment;

    /// <summary>Finds where to begin. Nothing is verified before the first <see cref="ReadNewAsync"/>.</summary>
    /// <param name="ledger">Where the segments are.</param>
    /// <param name="name">The stream; it need not exist.</param>
    /// <param name="key">The key of the MACs, or null: frames are then handed out on the word of their chain, until <see cref="UseKey"/>.</param>
    /// <param name="fromSnapshot">Begin at the last segment that opens with a snapshot instead of at position 0.</param>
    /// <param name="options">The limits of a segment.</param>
    /// <param name="log">Where a cut is told.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="LedgerDamagedException">A segment is missing, or the first frame of one is damaged.</exception>
    /// <exception cref="LedgerUnavailableException">The medium failed.</exception>
    public static async ValueTask<LedgerStream> OpenAsync(
        ILedger ledger, StreamName name, LedgerKey? key, bool fromSnapshot, LedgerOptions options, ILogger log, CancellationToken cancellationToken)
    {
        var last = 0;
        await foreach (var segment in ledger.ListAsync(name, cancellationToken))
        {
            if (segment.Number != ++last)
            {
                throw new LedgerDamagedException(new(segment with { Number = last }, null, 0, "the segment is missing, a later one exists"));
            }
        }

        var cursor = new ChainCursor(new SegmentName(name, 1));
        ReadOnlyMemory<byte>? prefetched = null;
        for (var number = last; fromSnapshot && number > 1; number--)
        {
            var segment = new SegmentName(name, number);
            if (await ledger.ReadAsync(segment, 0, cancellationToken) is { } bytes && cursor.TryStartAt(segment, bytes.Span))
            {
                prefetched = bytes;
                break;
            }
        }

        return new LedgerStream(ledger, cursor, last, key, options, log) { prefetched = prefetched };
    }

    /// <summary>Reads and verifies what came after the tail. The first call: everything, or everything from the last snapshot on.</summary>
    /// <param name="cancellationToken">Stops the reading; nothing is lost by it.</param>
    /// <returns>Records and snapshots in order; terminal frames are counted but not handed out. A snapshot in the middle repeats the state that the frames before it made.</returns>
    /// <exception cref="LedgerDamagedException">The stream is damaged.</exception>
    /// <exception cref="LedgerUnavailableException">The medium failed; call again.</exception>
    public async ValueTask<IReadOnlyList<Frame>> ReadNewAsync(CancellationToken cancellationToken)
    {
        while (await ReadSegmentAsync(keepTornTail: false, cancellationToken))
        {
        }

        var frames = TakeRead();
        unproven?.AddRange(frames);
        frames.RemoveAll(frame => frame.Kind == FrameKind.Terminal);
        return frames;
    }

    /// <summary>Gives a stream that was opened without a key its key, and checks the MAC of every frame that was read without it.</summary>
    /// <param name="ledgerKey">The key.</param>
    /// <exception cref="LedgerDamagedException">A MAC is wrong.</exception>
    /// <exception cref="InvalidOperationException">The stream has a key.</exception>
    public void UseKey(LedgerKey ledgerKey)
    {
        ThrowIfDamaged();
        if (key is not null)
        {
            throw new InvalidOperationException("The stream has a key.");
        }

        var proof = ledgerKey.ContextOf(Name);
        using var mac = ledgerKey.StartMac();
        foreach (var frame in (unproven ?? []).Concat(undelivered))
        {
            if (!FrameCodec.MacIsRight(frame.Bytes.Span, mac, proof))
            {
                throw Damaged(new(frame.Segment, frame.Position, frame.Offset, ChainCursor.WrongMac));
            }
        }

        unproven = null;
        SetKey(ledgerKey);
    }

    /// <summary>Appends one record, if nobody else appended since the last read.</summary>
    /// <param name="payload">The record, at most 67,108,864 bytes.</param>
    /// <param name="cancellationToken">Honoured before anything is written.</param>
    /// <returns>True: durable, and counted in <see cref="Length"/>. False: somebody else appended; read, and decide again.</returns>
    /// <exception cref="LedgerUnavailableException">The medium failed; the record may or may not be there: read, and decide again. Or the race was lost <see cref="MostLostRaces"/> times in a row to nobody.</exception>
    /// <exception cref="InvalidOperationException">Nothing was read yet, there is no key, or a snapshot must come first.</exception>
    public async ValueTask<bool> TryAppendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        ThrowUnlessWritable();
        if (cursor.AwaitsSnapshot)
        {
            throw new InvalidOperationException("A roll was left half done: the snapshot comes before the next record.");
        }

        if (!exists)
        {
            await ledger.TryCreateAsync(cursor.Segment, cancellationToken);
            exists = true;
        }

        return await TryAppendFrameAsync(FrameKind.Record, payload, cancellationToken);
    }

    /// <summary>Closes the segment and opens the next one with a snapshot; or finishes a roll that was left half done (docs/spec/ledger.md, section 1, "Rolling").</summary>
    /// <param name="snapshotPayload">The state after all frames that were read and appended so far.</param>
    /// <param name="cancellationToken">Honoured between the steps.</param>
    /// <returns>True: the snapshot is durable. False: somebody else appended; read, and decide again.</returns>
    /// <exception cref="LedgerUnavailableException">The medium failed; read, and decide again.</exception>
    /// <exception cref="InvalidOperationException">Nothing was read yet, or there is no key.</exception>
    public async ValueTask<bool> TryRollAsync(ReadOnlyMemory<byte> snapshotPayload, CancellationToken cancellationToken)
    {
        ThrowUnlessWritable();
        if (snapshotPayload.Length > FrameCodec.LongestPayload)
        {
            // Refused before the terminal frame: a closed segment without a possible snapshot could not be continued.
            throw new ArgumentException($"A snapshot has at most {FrameCodec.LongestPayload} bytes.", nameof(snapshotPayload));
        }

        if (!cursor.AwaitsSnapshot)
        {
            await ledger.TryCreateAsync(cursor.Segment.Next, cancellationToken); // (1)
            var next = new byte[TerminalPayloadSize];
            BinaryPrimitives.WriteInt32BigEndian(next, cursor.Segment.Next.Number);
            if (!await TryAppendFrameAsync(FrameKind.Terminal, next, cancellationToken)) // (2)
            {
                return false;
            }
        }

        return await TryAppendFrameAsync(FrameKind.Snapshot, snapshotPayload, cancellationToken); // (3)
    }

    private async ValueTask<bool> TryAppendFrameAsync(FrameKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var frame = FrameCodec.Encode(kind, cursor.Position, cursor.Hash, payload.Span, key!, context);
        if (!await ledger.TryAppendAsync(cursor.Segment, cursor.Offset, frame, cancellationToken))
        {
            CountLostRace();
            return false;
        }

        lostRaces = 0;
        cursor.Advance(kind, frame.Span);
        return true;
    }

    /// <summary>Whoever lost finds the winner's frame when it reads. One or two times it may find none (an answer that was late, a blob whose tag changed), not every time.</summary>
    private void CountLostRace()
    {
        lostRaces = lostAt == cursor.Position ? lostRaces + 1 : 1;
        lostAt = cursor.Position;
        if (lostRaces >= MostLostRaces)
        {
            lostRaces = 0;
            throw new LedgerUnavailableException(
                $"The storage of the ledger refuses every append to {cursor.Segment} as if somebody else had appended, and nobody has. Look for what else writes there, and whether the storage is in order.",
                null, passes: true);
        }
    }

    private void SetKey(LedgerKey? ledgerKey)
    {
        key = ledgerKey;
        context = ledgerKey?.ContextOf(Name) ?? [];
    }

    private void ThrowUnlessWritable()
    {
        ThrowIfDamaged();
        if (!loaded || undelivered.Count > 0 || key is null)
        {
            throw new InvalidOperationException(key is null ? "The stream has no key." : "The stream was not read.");
        }
    }

    private void ThrowIfDamaged()
    {
        if (fault is not null)
        {
            throw new LedgerDamagedException(fault);
        }
    }

    private LedgerDamagedException Damaged(LedgerFault found)
    {
        fault = found;
        return new LedgerDamagedException(found);
    }
}
