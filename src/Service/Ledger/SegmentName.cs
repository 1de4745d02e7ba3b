namespace EncryptionService.Service.Ledger;

/// <summary>One segment of a stream; segments are numbered from 1 (docs/spec/ledger.md, section 1).</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Number">The number of the segment, from 1.</param>
public readonly record struct SegmentName(StreamName Stream, int Number)
{
    /// <summary>The segment that a terminal frame of this one names.</summary>
    public SegmentName Next => this with { Number = Number + 1 };

    /// <summary>For people: the stream and the number.</summary>
    /// <returns>For example <c>group/g1 segment 2</c>.</returns>
    public override string ToString() => $"{Stream} segment {Number}";
}
