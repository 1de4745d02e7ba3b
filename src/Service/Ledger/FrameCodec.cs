using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EncryptionService.Service.Ledger;

/// <summary>What came of reading one frame.</summary>
internal enum FrameReading
{
    /// <summary>A whole frame that fits its place.</summary>
    Ok,

    /// <summary>The bytes end before the frame does, and what is there of the header is intact.</summary>
    Torn,

    /// <summary>What is there is not this frame.</summary>
    Damaged,
}

/// <summary>The bytes of a frame (docs/spec/ledger.md, section 1). Pure.</summary>
internal static class FrameCodec
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderSize = 56;

    /// <summary>Bytes after the payload.</summary>
    public const int MacSize = 32;

    /// <summary>Bytes of a frame that are not payload.</summary>
    public const int Overhead = HeaderSize + MacSize;

    /// <summary>The longest payload in bytes.</summary>
    public const int LongestPayload = 67_108_864;

    /// <summary>Bytes of a hash of a frame.</summary>
    public const int HashSize = 32;

    private const int KindAt = 5;
    private const int LengthAt = 8;
    private const int PositionAt = 12;
    private const int PreviousAt = 20;
    private const int CheckAt = 52;

    /// <summary>The label in front of everything that is MACed.</summary>
    public static ReadOnlySpan<byte> MacLabel => "eec-frame/v1"u8;

    /// <summary>Magic and format version.</summary>
    private static ReadOnlySpan<byte> Magic => [(byte)'E', (byte)'E', (byte)'C', (byte)'L', 1];

    /// <summary>Makes a frame.</summary>
    /// <param name="kind">What it carries.</param>
    /// <param name="position">Its position in the stream.</param>
    /// <param name="previous">The hash of the frame before it; 32 zeros at position 0.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="key">The key of the MAC.</param>
    /// <param name="context">What <see cref="LedgerKey.ContextOf"/> gave for the stream.</param>
    /// <returns>The whole frame.</returns>
    /// <exception cref="ArgumentException">The payload is too long.</exception>
    public static ReadOnlyMemory<byte> Encode(
        FrameKind kind, long position, ReadOnlySpan<byte> previous, ReadOnlySpan<byte> payload, LedgerKey key, ReadOnlySpan<byte> context)
    {
        if (payload.Length > LongestPayload)
        {
            throw new ArgumentException($"A payload has at most {LongestPayload} bytes, this one has {payload.Length}.", nameof(payload));
        }

        // The context lies in front of the frame so that one pass over one buffer makes the MAC.
        var buffer = GC.AllocateUninitializedArray<byte>(context.Length + Overhead + payload.Length);
        context.CopyTo(buffer);
        var frame = buffer.AsSpan(context.Length);
        WriteHeader(frame, kind, payload.Length, position, previous);
        payload.CopyTo(frame[HeaderSize..]);
        key.Mac(buffer.AsSpan(0, buffer.Length - MacSize), frame[^MacSize..]);
        return buffer.AsMemory(context.Length);
    }

    /// <summary>Reads the frame at the beginning of some bytes. The MAC is not looked at.</summary>
    /// <param name="bytes">At least one byte; what follows the frame is ignored.</param>
    /// <param name="position">The position that the frame must have, or null to accept any.</param>
    /// <param name="previous">The hash that the frame must name, or empty to accept any.</param>
    /// <param name="kind">What it carries.</param>
    /// <param name="length">The length of the whole frame.</param>
    /// <param name="reason">What is wrong with it, when it is damaged.</param>
    /// <returns>Whether it is whole, torn or damaged.</returns>
    public static FrameReading Read(
        ReadOnlySpan<byte> bytes, long? position, ReadOnlySpan<byte> previous, out FrameKind kind, out int length, out string reason)
    {
        kind = default;
        length = 0;
        reason = HeaderFault(bytes, position, previous);
        if (reason.Length > 0)
        {
            return FrameReading.Damaged;
        }

        if (bytes.Length < HeaderSize)
        {
            return FrameReading.Torn;
        }

        kind = (FrameKind)bytes[KindAt];
        length = Overhead + (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[LengthAt..]);
        return bytes.Length < length ? FrameReading.Torn : FrameReading.Ok;
    }

    /// <summary>The position that an intact header states.</summary>
    public static long PositionOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt64BigEndian(frame[PositionAt..]);

    /// <summary>The hash of the frame before, as an intact header states it.</summary>
    public static ReadOnlySpan<byte> PreviousOf(ReadOnlySpan<byte> frame) => frame.Slice(PreviousAt, HashSize);

    /// <summary>Whether the MAC of a whole frame is right.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="mac">A MAC under the ledger's key, with nothing in it yet; reset afterwards.</param>
    /// <param name="context">What <see cref="LedgerKey.ContextOf"/> gave for the stream.</param>
    /// <returns>Whether it is right.</returns>
    public static bool MacIsRight(ReadOnlySpan<byte> frame, IncrementalHash mac, ReadOnlySpan<byte> context)
    {
        Span<byte> computed = stackalloc byte[MacSize];
        mac.AppendData(context);
        mac.AppendData(frame[..^MacSize]);
        mac.GetHashAndReset(computed);
        return CryptographicOperations.FixedTimeEquals(computed, frame[^MacSize..]);
    }

    private static void WriteHeader(Span<byte> frame, FrameKind kind, int payloadLength, long position, ReadOnlySpan<byte> previous)
    {
        Magic.CopyTo(frame);
        frame[KindAt] = (byte)kind;
        frame[KindAt + 1] = 0;
        frame[KindAt + 2] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(frame[LengthAt..], (uint)payloadLength);
        BinaryPrimitives.WriteInt64BigEndian(frame[PositionAt..], position);
        previous.CopyTo(frame[PreviousAt..]);
        Span<byte> hash = stackalloc byte[HashSize];
        SHA256.HashData(frame[..CheckAt], hash);
        hash[..(HeaderSize - CheckAt)].CopyTo(frame[CheckAt..]);
    }

    /// <summary>What is wrong with a header, as far as it is there; empty for an intact one.</summary>
    private static string HeaderFault(ReadOnlySpan<byte> bytes, long? position, ReadOnlySpan<byte> previous)
    {
        // The check first: if it is wrong, no field means anything.
        if (bytes.Length > CheckAt)
        {
            Span<byte> hash = stackalloc byte[HashSize];
            SHA256.HashData(bytes[..CheckAt], hash);
            if (!Fits(bytes, CheckAt, hash[..(HeaderSize - CheckAt)]))
            {
                return Fits(bytes, 0, Magic) ? "the check of the header is wrong" : "this is no frame (magic or format version is wrong)";
            }
        }

        if (!Fits(bytes, 0, Magic))
        {
            return "this is no frame (magic or format version is wrong)";
        }

        if ((bytes.Length > KindAt && bytes[KindAt] is < (byte)FrameKind.Record or > (byte)FrameKind.Terminal)
            || !Fits(bytes, KindAt + 1, [0, 0]))
        {
            return "the kind of the frame is unknown";
        }

        if (LengthIsTooLarge(bytes))
        {
            return "the declared length is too large";
        }

        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, position ?? 0);
        if (position is not null && !Fits(bytes, PositionAt, number))
        {
            return "the frame states another position";
        }

        return Fits(bytes, PreviousAt, previous) ? string.Empty : "the hash of the previous frame is another one";
    }

    /// <summary>Whether some bytes stand at an offset, as far as the data reaches.</summary>
    private static bool Fits(ReadOnlySpan<byte> bytes, int at, ReadOnlySpan<byte> expected)
    {
        var there = Math.Clamp(bytes.Length - at, 0, expected.Length);
        return there == 0 || bytes.Slice(at, there).SequenceEqual(expected[..there]);
    }

    private static bool LengthIsTooLarge(ReadOnlySpan<byte> bytes)
    {
        Span<byte> declared = stackalloc byte[sizeof(uint)];
        declared.Clear();
        var there = Math.Clamp(bytes.Length - LengthAt, 0, sizeof(uint));
        if (there > 0)
        {
            bytes.Slice(LengthAt, there).CopyTo(declared);
        }

        return BinaryPrimitives.ReadUInt32BigEndian(declared) > LongestPayload;
    }
}
