using Azure;

namespace EncryptionService.Service.Ledger.Blobs;

/// <summary>A segment as it was at the greatest length that this instance has seen.</summary>
/// <param name="Length">The length in bytes.</param>
/// <param name="ETag">The tag that the storage gave the blob at that length; null: not told.</param>
/// <param name="Tail">The last bytes before that length: the MAC of the last frame, or fewer bytes, or none.</param>
internal sealed record KnownSegment(long Length, ETag? ETag, ReadOnlyMemory<byte> Tail)
{
    /// <summary>How many bytes are kept at most: a MAC binds its frame, and through the chain all before it.</summary>
    public const int TailSize = FrameCodec.MacSize;

    /// <summary>The segment after some bytes more.</summary>
    public KnownSegment Grow(ReadOnlySpan<byte> bytes, ETag etag)
        => new(Length + bytes.Length, etag, bytes.Length >= TailSize ? bytes[^TailSize..].ToArray() : (byte[])[.. Tail.Span[^Math.Min(Tail.Length, TailSize - bytes.Length)..], .. bytes]);
}

/// <summary>What this instance knows of segments: of many, but not of any number. What is forgotten is not compared at the next reading, nothing else.</summary>
/// <param name="most">How many are remembered at least; at most twice as many.</param>
internal sealed class KnownSegments(int most)
{
    private readonly Lock gate = new();
    private Dictionary<SegmentName, KnownSegment> young = [];
    private Dictionary<SegmentName, KnownSegment> old = [];
    private long bytes;

    /// <summary>The lengths of all that is remembered, added up.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
            {
                return bytes;
            }
        }
    }

    /// <summary>What is known of a segment, or null.</summary>
    public KnownSegment? Find(SegmentName segment)
    {
        lock (gate)
        {
            if (young.TryGetValue(segment, out var known))
            {
                return known;
            }

            if (old.Remove(segment, out known))
            {
                Put(segment, known);
            }

            return known;
        }
    }

    /// <summary>Takes up what was just seen, unless more is known by now: answers may come in another order than they were given.</summary>
    public void Learn(SegmentName segment, KnownSegment seen)
    {
        lock (gate)
        {
            var known = young.GetValueOrDefault(segment) ?? old.GetValueOrDefault(segment);
            if (known is null || seen.Length > known.Length || (seen.Length == known.Length && seen.ETag is not null))
            {
                bytes += seen.Length - (known?.Length ?? 0);
                old.Remove(segment);
                Put(segment, seen);
            }
        }
    }

    private void Put(SegmentName segment, KnownSegment known)
    {
        young[segment] = known;
        if (young.Count > most)
        {
            // The ones that nobody asked for since the last turn.
            bytes -= old.Values.Sum(forgotten => forgotten.Length);
            (old, young) = (young, []);
        }
    }
}
