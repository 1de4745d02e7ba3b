using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EncryptionService.Formats;

/// <summary>The hashes of the roster (envelope.md, section 7).</summary>
internal static class RosterHash
{
    private const byte LeafTag = 0;
    private const byte NodeTag = 1;

    /// <summary>Where a member stands in the tree.</summary>
    public static Digest32 Path(MemberId member)
    {
        Span<byte> ascii = stackalloc byte[IdText.MaxLength];
        return Digest32.Of(ascii[..Encoding.ASCII.GetBytes(member.Value, ascii)]);
    }

    public static Digest32 Leaf(MemberId member, KeyIds keys)
    {
        Span<byte> input = stackalloc byte[1 + (2 * (sizeof(ushort) + IdText.MaxLength)) + (2 * Digest32.Size)];
        input[0] = LeafTag;
        var length = 1;
        length += Prefixed(member.Value, input[length..]);
        length += Prefixed(keys.Alg, input[length..]);
        keys.Hpke.CopyTo(input[length..]);
        length += Digest32.Size;
        keys.Signing.CopyTo(input[length..]);
        length += Digest32.Size;
        return Digest32.Of(input[..length]);
    }

    public static Digest32 Node(Digest32 left, Digest32 right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Digest32.Size)];
        input[0] = NodeTag;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Digest32.Size)..]);
        Span<byte> hash = stackalloc byte[Digest32.Size];
        SHA256.HashData(input, hash);
        return Digest32.FromBytes(hash);
    }

    private static int Prefixed(string text, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)text.Length);
        return sizeof(ushort) + Encoding.ASCII.GetBytes(text, destination[sizeof(ushort)..]);
    }
}
