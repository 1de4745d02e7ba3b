using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EncryptionService.Formats;

/// <summary>A group's existing key, sealed to the service's adoption key, as it was read: a compact JWE (envelope.md, section 10).</summary>
public sealed class AdoptedKeyJwe
{
    private readonly JweParts parts;

    private AdoptedKeyJwe(Suite suite, OrganizationId organization, GroupId group, MemberId member, Thumbprint kid, JweParts parts)
    {
        Suite = suite;
        Organization = organization;
        Group = group;
        Member = member;
        Kid = kid;
        this.parts = parts;
    }

    /// <summary>The suite (<c>alg</c>).</summary>
    public Suite Suite { get; }

    /// <summary>Organization (<c>org</c>).</summary>
    public OrganizationId Organization { get; }

    /// <summary>Group (<c>grp</c>).</summary>
    public GroupId Group { get; }

    /// <summary>The owner (<c>mem</c>).</summary>
    public MemberId Member { get; }

    /// <summary>Thumbprint of the adoption key (<c>kid</c>).</summary>
    public Thumbprint Kid { get; }

    /// <summary>The ASCII bytes of the first part: what HPKE authenticates.</summary>
    public ReadOnlyMemory<byte> ProtectedHeader => parts.ProtectedHeader;

    /// <summary>The encapsulation (<c>enc</c>).</summary>
    public ReadOnlyMemory<byte> Encapsulation => parts.Encapsulation;

    /// <summary>Ciphertext and tag: 48 bytes.</summary>
    public ReadOnlyMemory<byte> Ciphertext => parts.Ciphertext;

    /// <summary>Reads a sealed key. Shape only: nothing is verified.</summary>
    public static bool TryParse(string? compact, [NotNullWhen(true)] out AdoptedKeyJwe? jwe, out string error)
    {
        jwe = null;
        if (!CompactJwe.TrySplit(compact, JwsTypes.AdoptedKey, out var json, out var parts, out error))
        {
            return false;
        }

        var read = new AdoptedKeyJwe(
            json.Suite("alg"), json.Organization("org"), json.Group("grp"), json.Member("mem"), json.Thumbprint("kid"), parts);
        CompactJwe.CheckSizes(json, read.Suite, parts);
        if (!json.TryFinish(out var problem))
        {
            error = $"header {problem}";
            return false;
        }

        jwe = read;
        return true;
    }

    /// <summary>The ASCII bytes of the protected header, which are the AAD.</summary>
    public static byte[] WriteHeader(Suite suite, OrganizationId organization, GroupId group, MemberId member, Thumbprint kid)
    {
        ArgumentNullException.ThrowIfNull(suite);
        var json = Encoding.UTF8.GetBytes(
            $$"""{"alg":"{{suite.Name}}","typ":"{{JwsTypes.AdoptedKey}}","org":"{{organization}}","grp":"{{group}}","mem":"{{member}}","kid":"{{kid}}"}""");
        return Encoding.ASCII.GetBytes(Base64UrlText.Encode(json));
    }

    /// <summary>The compact form.</summary>
    public static string Assemble(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> encapsulation, ReadOnlySpan<byte> ciphertext)
        => CompactJwe.Assemble(protectedHeader, encapsulation, ciphertext);
}
