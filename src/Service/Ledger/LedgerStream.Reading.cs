namespace EncryptionService.Service.Ledger;

/// <content>Reading, one segment at a time; shared with the verifier, which must not hold a whole stream in memory.</content>
internal sealed partial class LedgerStream
{
    /// <summary>Reads the rest of the segment that the tail is in. The frames wait in <see cref="TakeRead"/>.</summary>
    /// <param name="keepTornTail">Leave a torn frame as it is and say so in <see cref="TailWasTorn"/>, instead of cutting it off.</param>
    /// <param name="cancellationToken">Stops the reading; nothing is lost by it.</param>
    /// <returns>Whether the segment was closed, so that the next one is to be read.</returns>
    internal async ValueTask<bool> ReadSegmentAsync(bool keepTornTail, CancellationToken cancellationToken)
    {
        ThrowIfDamaged();
        try
        {
            return await ReadSegmentCoreAsync(keepTornTail, cancellationToken);
        }
        catch (LedgerDamagedException damage)
        {
            fault = damage.Fault;
            throw;
        }
    }

    /// <summary>Takes the frames that were read and not handed out yet, terminal frames among them.</summary>
    internal List<Frame> TakeRead()
    {
        var frames = undelivered;
        undelivered = [];
        return frames;
    }

    private async ValueTask<bool> ReadSegmentCoreAsync(bool keepTornTail, CancellationToken cancellationToken)
    {
        var segment = cursor.Segment;
        if (prefetched is { } first)
        {
            // Torn or not: the tail is read again below, by the next step.
            prefetched = null;
            Walk(first);
            return true;
        }

        if (!loaded && lastListed == 0)
        {
            // There was no segment a moment ago. If there is one now, the first append fails and everybody reads.
            loaded = true;
            return false;
        }

        if (await ledger.ReadAsync(segment, cursor.Offset, cancellationToken) is not { } bytes)
        {
            return MissingSegment();
        }

        exists = true;
        var end = cursor.Offset + bytes.Length;
        if (!Walk(bytes) && await CutTailAsync(end, keepTornTail, cancellationToken))
        {
            return true;
        }

        if (cursor.Segment != segment)
        {
            return true;
        }

        if (!loaded && lastListed > segment.Number)
        {
            // Only one segment may follow an open one: the empty one that a roll created before it crashed.
            if (lastListed > segment.Next.Number || await HoldsBytesAsync(segment.Next, cancellationToken))
            {
                return await ClosedMeanwhileAsync(segment, cancellationToken);
            }
        }

        loaded = true;
        return false;
    }

    /// <summary>Verifies bytes that begin at the cursor; false if they end inside a frame.</summary>
    private bool Walk(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return true;
        }

        using var mac = key?.StartMac();
        return cursor.Read(bytes, mac, context, undelivered);
    }

    private bool MissingSegment()
    {
        if (cursor.Segment.Number > 1 || cursor.Position > 0 || exists)
        {
            throw new LedgerDamagedException(cursor.FaultHere("the segment is missing"));
        }

        loaded = true;
        return false;
    }

    /// <summary>Deals with a torn frame at the cursor; true if the segment is another one by now and must be read again.</summary>
    private async ValueTask<bool> CutTailAsync(long end, bool keepTornTail, CancellationToken cancellationToken)
    {
        var segment = cursor.Segment;
        if (!ledger.TailMayBeTorn || (!loaded && lastListed > segment.Next.Number) || await HoldsBytesAsync(segment.Next, cancellationToken))
        {
            throw new LedgerDamagedException(cursor.FaultHere("the frame is cut"));
        }

        TailWasTorn = true;
        if (keepTornTail)
        {
            return false;
        }

        if (!await ledger.TryCutAsync(segment, end, cursor.Offset, cancellationToken))
        {
            return true;
        }

        LogCut(log, segment, cursor.Position, cursor.Offset, end - cursor.Offset);
        return false;
    }

    /// <summary>A later segment is in use though no terminal frame was seen: either it was written since, or it is missing.</summary>
    private async ValueTask<bool> ClosedMeanwhileAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        var more = await ledger.ReadAsync(segment, cursor.Offset, cancellationToken);
        return more is { Length: > 0 } && !TailWasTorn
            ? true
            : throw new LedgerDamagedException(cursor.FaultHere("the segment ends without a terminal frame, a later one is in use"));
    }

    private async ValueTask<bool> HoldsBytesAsync(SegmentName segment, CancellationToken cancellationToken) =>
        await ledger.ReadAsync(segment, 0, cancellationToken) is { Length: > 0 };

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning,
        Message = "Cut a torn frame off the end of {Segment}: position {Position}, byte offset {Offset}, {Bytes} bytes. Nothing that was acknowledged is lost by this.")]
    private static partial void LogCut(ILogger log, SegmentName segment, long position, long offset, long bytes);
}
