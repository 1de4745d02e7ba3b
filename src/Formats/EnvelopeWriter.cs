using System.Text;

namespace EncryptionService.Formats;

/// <summary>Writes the envelopes of one group, epoch and suite: the part of the header that all members share is encoded once (envelope.md, section 4).</summary>
/// <remarks>Thread-safe; allocates nothing for an envelope but the text that <see cref="Assemble"/> returns.</remarks>
public sealed class EnvelopeWriter
{
    /// <summary>Longest protected header, in ASCII bytes.</summary>
    public const int MaxHeaderLength = 512;

    // Base64 works on groups of three bytes: what does not fill a group is encoded again with each member.
    private const int Group3 = 3;
    private const int MaxTail = Group3 + IdText.MaxLength + 64;
    private readonly byte[] encodedPrefix;
    private readonly byte[] carry;

    /// <summary>Encodes the shared part.</summary>
    public EnvelopeWriter(Suite suite, OrganizationId organization, GroupId group, ulong epoch)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentOutOfRangeException.ThrowIfZero(epoch);
        Suite = suite;
        var prefix = Encoding.ASCII.GetBytes(
            $$"""{"alg":"{{suite.Name}}","typ":"{{JwsTypes.Envelope}}","org":"{{organization}}","grp":"{{group}}","epo":{{epoch}},"mem":""" + "\"");
        var whole = prefix.Length / Group3 * Group3;
        encodedPrefix = Encoding.ASCII.GetBytes(Base64UrlText.Encode(prefix.AsSpan(0, whole)));
        carry = prefix[whole..];
    }

    /// <summary>The suite.</summary>
    public Suite Suite { get; }

    /// <summary>Writes the protected header of one member, as ASCII: the AAD of the envelope.</summary>
    /// <param name="member">The member.</param>
    /// <param name="kid">Thumbprint of the member's HPKE key.</param>
    /// <param name="destination">At least <see cref="MaxHeaderLength"/> bytes, or as many as the header has.</param>
    /// <returns>Bytes written.</returns>
    public int WriteHeader(MemberId member, Thumbprint kid, Span<byte> destination)
    {
        Span<byte> tail = stackalloc byte[MaxTail];
        Span<byte> raw = stackalloc byte[Digest32.Size];
        carry.CopyTo(tail);
        var length = carry.Length;
        length += Encoding.ASCII.GetBytes(member.Value, tail[length..]);
        "\",\"kid\":\""u8.CopyTo(tail[length..]);
        length += 9;
        kid.CopyTo(raw);
        length += Base64UrlText.Encode(raw, tail[length..]);
        "\"}"u8.CopyTo(tail[length..]);
        length += 2;

        encodedPrefix.CopyTo(destination);
        return encodedPrefix.Length + Base64UrlText.Encode(tail[..length], destination[encodedPrefix.Length..]);
    }

    /// <summary>The compact form as text.</summary>
    public static string Assemble(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> encapsulation, ReadOnlySpan<byte> ciphertext)
        => CompactJwe.Assemble(protectedHeader, encapsulation, ciphertext);

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    public static int CompactLength(int protectedHeader, int encapsulation, int ciphertext)
        => CompactJwe.Length(protectedHeader, encapsulation, ciphertext);

    /// <summary>The compact form as ASCII bytes.</summary>
    public static void Write(
        ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> encapsulation, ReadOnlySpan<byte> ciphertext, Span<byte> destination)
        => CompactJwe.Write(protectedHeader, encapsulation, ciphertext, destination);
}
