using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EncryptionService.Service.Ledger;

/// <summary>A place in a stream, and the rules by which it moves on: chain, positions, segments (docs/spec/ledger.md, sections 1 and 3). No I/O.</summary>
/// <param name="segment">The segment to begin in, at its first byte.</param>
internal sealed class ChainCursor(SegmentName segment)
{
    /// <summary>What a wrong MAC is called everywhere.</summary>
    public const string WrongMac = "the MAC is wrong";

    private readonly byte[] hash = new byte[FrameCodec.HashSize];
    private long frames;
    private long snapshotLength;

    /// <summary>The segment of the next frame.</summary>
    public SegmentName Segment { get; private set; } = segment;

    /// <summary>The byte offset in the segment of the next frame.</summary>
    public long Offset { get; private set; }

    /// <summary>The position of the next frame.</summary>
    public long Position { get; private set; }

    /// <summary>The hash of the frame before the next one.</summary>
    public ReadOnlySpan<byte> Hash => hash;

    /// <summary>Whether the next frame must be a snapshot: a terminal frame was the last.</summary>
    public bool AwaitsSnapshot => Segment.Number > 1 && Offset == 0;

    /// <summary>Bytes in the segment after its snapshot.</summary>
    public long BytesAfterSnapshot => Offset - snapshotLength;

    /// <summary>Frames in the segment after its snapshot.</summary>
    public long FramesAfterSnapshot => frames - (snapshotLength > 0 ? 1 : 0);

    /// <summary>Damage at this place.</summary>
    public LedgerFault FaultHere(string reason) => new(Segment, Position, Offset, reason);

    /// <summary>Begins at a segment that opens with a snapshot, trusting its header for position and previous hash.</summary>
    /// <remarks>Only the MAC vouches for them: without a key a stream that begins at a snapshot proves nothing about what came before.</remarks>
    /// <param name="name">The segment.</param>
    /// <param name="bytes">All its bytes.</param>
    /// <returns>False: it is empty, or holds nothing but a torn snapshot; begin earlier.</returns>
    /// <exception cref="LedgerDamagedException">Its first frame is damaged or no snapshot.</exception>
    public bool TryStartAt(SegmentName name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return false;
        }

        var reading = FrameCodec.Read(bytes, null, [], out var kind, out _, out var reason);
        if (reading == FrameReading.Torn)
        {
            return false;
        }

        if (reading == FrameReading.Damaged || kind != FrameKind.Snapshot)
        {
            throw new LedgerDamagedException(new(name, null, 0, reading == FrameReading.Damaged ? reason : "the segment does not open with a snapshot"));
        }

        Segment = name;
        Position = FrameCodec.PositionOf(bytes);
        FrameCodec.PreviousOf(bytes).CopyTo(hash);
        return true;
    }

    /// <summary>Walks over the bytes of the segment from <see cref="Offset"/> to its end.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="mac">A MAC under the ledger's key, or null to look at the chain only.</param>
    /// <param name="context">What the MAC covers in front of a frame.</param>
    /// <param name="into">Where the frames go.</param>
    /// <returns>False: the bytes end inside a frame, at <see cref="Offset"/>.</returns>
    /// <exception cref="LedgerDamagedException">A frame is damaged, or not one that may stand here.</exception>
    public bool Read(ReadOnlyMemory<byte> bytes, IncrementalHash? mac, ReadOnlySpan<byte> context, List<Frame> into)
    {
        while (!bytes.IsEmpty)
        {
            var reading = FrameCodec.Read(bytes.Span, Position, hash, out var kind, out var length, out var reason);
            if (reading == FrameReading.Torn)
            {
                return false;
            }

            if (reading == FrameReading.Damaged)
            {
                throw new LedgerDamagedException(FaultHere(reason));
            }

            var frame = new Frame(kind, Position, Segment, Offset, bytes[..length]);
            bytes = bytes[length..];
            if (mac is not null && !FrameCodec.MacIsRight(frame.Bytes.Span, mac, context))
            {
                throw new LedgerDamagedException(FaultHere(WrongMac));
            }

            Check(frame);
            Advance(kind, frame.Bytes.Span);
            into.Add(frame);
            if (kind == FrameKind.Terminal && !bytes.IsEmpty)
            {
                throw new LedgerDamagedException(new(frame.Segment, Position, frame.Offset + length, "bytes follow a terminal frame"));
            }
        }

        return true;
    }

    /// <summary>Moves over a frame that was read or appended.</summary>
    /// <param name="kind">What it carries.</param>
    /// <param name="frame">The whole frame.</param>
    public void Advance(FrameKind kind, ReadOnlySpan<byte> frame)
    {
        SHA256.HashData(frame, hash);
        Position++;
        Offset += frame.Length;
        frames++;
        if (kind == FrameKind.Snapshot)
        {
            snapshotLength = frame.Length;
        }
        else if (kind == FrameKind.Terminal)
        {
            (Segment, Offset, frames, snapshotLength) = (Segment.Next, 0, 0, 0);
        }
    }

    private void Check(in Frame frame)
    {
        if (AwaitsSnapshot != (frame.Kind == FrameKind.Snapshot))
        {
            throw new LedgerDamagedException(FaultHere(
                AwaitsSnapshot ? "the segment does not open with a snapshot" : "a snapshot stands where none may be"));
        }

        if (frame.Kind == FrameKind.Terminal
            && (frame.Payload.Length != sizeof(int) || BinaryPrimitives.ReadInt32BigEndian(frame.Payload.Span) != Segment.Next.Number))
        {
            throw new LedgerDamagedException(FaultHere("the terminal frame does not name the next segment"));
        }
    }
}
