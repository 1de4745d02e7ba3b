namespace EncryptionService.Service.Ledger;

/// <summary>What a frame carries (docs/spec/ledger.md, section 1).</summary>
internal enum FrameKind : byte
{
    /// <summary>Something happened: one record of the stream's message type.</summary>
    Record = 1,

    /// <summary>The state at this point, as the first frame of a segment after the first.</summary>
    Snapshot = 2,

    /// <summary>The end of a segment: the number of the next one.</summary>
    Terminal = 3,
}

/// <summary>One frame that was read. Its memory is shared with the other frames of the same read: keep copies, not slices.</summary>
/// <param name="Kind">What it carries.</param>
/// <param name="Position">Its position in the stream.</param>
/// <param name="Segment">The segment it is in.</param>
/// <param name="Offset">The byte offset in the segment at which it begins.</param>
/// <param name="Bytes">The whole frame.</param>
internal readonly record struct Frame(FrameKind Kind, long Position, SegmentName Segment, long Offset, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => Bytes[FrameCodec.HeaderSize..^FrameCodec.MacSize];
}
