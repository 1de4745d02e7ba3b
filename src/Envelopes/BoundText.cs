using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes;

/// <summary>Derivation and binding as envelope.md, section 1 writes them: HKDF, LP and U64.</summary>
internal static class BoundText
{
    /// <summary>Room for a label, two ids and two numbers.</summary>
    public const int MaxLength = 192;

    /// <summary>HKDF-SHA256 with an empty salt, 32 bytes.</summary>
    public static void Derive(VaultKey key, ReadOnlySpan<byte> info, Span<byte> output)
        => HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Reveal(), output, salt: [], info);

    /// <summary>LP(label) | LP(org) | LP(grp) | U64(epoch); returns its length.</summary>
    public static int Write(ReadOnlySpan<byte> label, OrganizationId organization, GroupId group, ulong epoch, Span<byte> destination)
    {
        var length = Prefix(label.Length, destination);
        label.CopyTo(destination[length..]);
        length += label.Length;
        length += Text(organization.Value, destination[length..]);
        length += Text(group.Value, destination[length..]);
        BinaryPrimitives.WriteUInt64BigEndian(destination[length..], epoch);
        return length + sizeof(ulong);
    }

    private static int Text(string text, Span<byte> destination)
    {
        var prefix = Prefix(text.Length, destination);
        return prefix + Encoding.ASCII.GetBytes(text, destination[prefix..]);
    }

    private static int Prefix(int length, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)length);
        return sizeof(ushort);
    }
}
