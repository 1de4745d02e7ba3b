using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace EncryptionService.Hammer.Secrets;

/// <summary>Searches files for secrets of 32 bytes in raw, hex, base64 and base64url form, in one pass whatever their number.</summary>
/// <remarks>
/// The first eight bytes of every form are the key of a table; each eight bytes of a file are looked up in it, behind a filter of bits.
/// Base64 is searched at all three alignments, because a secret may stand in the middle of a longer text.
/// </remarks>
internal sealed class SecretScan
{
    private const int Window = sizeof(ulong);
    private const int FilterBits = 24;
    private const int ChunkSize = 1 << 20;
    private const int Overlap = 128;
    private readonly Dictionary<ulong, List<byte[]>> patterns = [];
    private readonly BitArray filter = new(1 << FilterBits);

    public SecretScan(IEnumerable<byte[]> secrets)
    {
        foreach (var pattern in secrets.SelectMany(Forms))
        {
            var start = BinaryPrimitives.ReadUInt64LittleEndian(pattern);
            if (!patterns.TryGetValue(start, out var same))
            {
                patterns.Add(start, same = []);
            }

            same.Add(pattern);
            filter[Slot(start)] = true;
        }
    }

    /// <summary>Bytes looked at so far.</summary>
    public long Scanned { get; private set; }

    /// <summary>How often any secret occurs in the file.</summary>
    public int Count(FileInfo file)
    {
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.SequentialScan);
        return Count(stream);
    }

    /// <summary>How often any secret occurs in the stream.</summary>
    public int Count(Stream stream)
    {
        var buffer = new byte[Overlap + ChunkSize];
        var held = 0;
        var found = 0;
        while (true)
        {
            var read = stream.ReadAtLeast(buffer.AsSpan(held), 1, throwOnEndOfStream: false);
            Scanned += read;
            var filled = held + read;

            // What could begin here and end in the next chunk waits for it.
            var end = read == 0 ? filled : Math.Max(0, filled - Overlap);
            found += CountIn(buffer.AsSpan(0, filled), end);
            if (read == 0)
            {
                return found;
            }

            held = filled - end;
            buffer.AsSpan(end, held).CopyTo(buffer);
        }
    }

    /// <summary>All forms in which a secret is searched.</summary>
    public static IEnumerable<byte[]> Forms(byte[] secret)
    {
        yield return secret;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(secret));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret));
        for (var shift = 0; shift < 3; shift++)
        {
            var padded = new byte[shift + secret.Length + 3];
            secret.CopyTo(padded, shift);

            // Only characters whose six bits are all the secret's own.
            var first = ((8 * shift) + 5) / 6;
            var last = 8 * (shift + secret.Length) / 6;
            var text = Convert.ToBase64String(padded)[first..last];
            yield return Encoding.ASCII.GetBytes(text);
            var url = text.Replace('+', '-').Replace('/', '_');
            if (url != text)
            {
                yield return Encoding.ASCII.GetBytes(url);
            }
        }
    }

    private static int Slot(ulong start) => (int)(unchecked(start * 0x9E3779B97F4A7C15) >> (64 - FilterBits));

    private int CountIn(ReadOnlySpan<byte> bytes, int end)
    {
        var found = 0;
        for (var index = 0; index < end && index + Window <= bytes.Length; index++)
        {
            var start = BinaryPrimitives.ReadUInt64LittleEndian(bytes[index..]);
            if (!filter[Slot(start)] || !patterns.TryGetValue(start, out var candidates))
            {
                continue;
            }

            foreach (var candidate in candidates)
            {
                found += bytes[index..].StartsWith(candidate) ? 1 : 0;
            }
        }

        return found;
    }
}
