using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Formats;

/// <summary>What the protected header of an envelope says (envelope.md, section 4). All of it is authenticated by opening.</summary>
/// <param name="Suite">The suite (<c>alg</c>).</param>
/// <param name="Organization">Organization (<c>org</c>).</param>
/// <param name="Group">Group (<c>grp</c>).</param>
/// <param name="Epoch">Epoch (<c>epo</c>).</param>
/// <param name="Member">Member (<c>mem</c>).</param>
/// <param name="Kid">Thumbprint of the member's HPKE key (<c>kid</c>).</param>
public sealed record EnvelopeHeader(Suite Suite, OrganizationId Organization, GroupId Group, ulong Epoch, MemberId Member, Thumbprint Kid);

/// <summary>A vault key sealed to one member key, as it was read: a compact JWE (envelope.md, section 4).</summary>
public sealed class Envelope
{
    private readonly JweParts parts;

    private Envelope(string compact, EnvelopeHeader header, JweParts parts)
    {
        Compact = compact;
        Header = header;
        this.parts = parts;
    }

    /// <summary>The text it was read from.</summary>
    public string Compact { get; }

    /// <summary>The header.</summary>
    public EnvelopeHeader Header { get; }

    /// <summary>The ASCII bytes of the first part: what HPKE authenticates.</summary>
    public ReadOnlyMemory<byte> ProtectedHeader => parts.ProtectedHeader;

    /// <summary>The encapsulation (<c>enc</c>): 32 or 65 bytes.</summary>
    public ReadOnlyMemory<byte> Encapsulation => parts.Encapsulation;

    /// <summary>Ciphertext and tag: 48 bytes.</summary>
    public ReadOnlyMemory<byte> Ciphertext => parts.Ciphertext;

    /// <summary>Reads an envelope. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out Envelope? envelope, out string error)
    {
        envelope = null;
        if (!CompactJwe.TrySplit(compact, JwsTypes.Envelope, out var json, out var parts, out error))
        {
            return false;
        }

        var header = new EnvelopeHeader(
            json.Suite("alg"), json.Organization("org"), json.Group("grp"), json.Number("epo", minimum: 1), json.Member("mem"), json.Thumbprint("kid"));
        CompactJwe.CheckSizes(json, header.Suite, parts);
        if (!json.TryFinish(out var problem))
        {
            error = $"header {problem}";
            return false;
        }

        envelope = new Envelope(compact!, header, parts);
        return true;
    }
}
