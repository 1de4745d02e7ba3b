using System.Text.RegularExpressions;
using Azure.Core;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>What a vault says in <c>WWW-Authenticate</c>: whom tokens are to be made out to, and by whom. Pure.</summary>
/// <param name="Resource">The audience, an https address.</param>
/// <param name="Tenant">The directory that makes the tokens, or null where it is not said.</param>
internal sealed partial record VaultChallenge(Uri Resource, string? Tenant)
{
    private const int Longest = 2_048;

    /// <summary>Reads a header; null: no challenge of a vault.</summary>
    public static VaultChallenge? Parse(string header)
    {
        if (header.Length > Longest || !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var said = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match part in Part().Matches(header["Bearer ".Length..]))
        {
            if (!said.TryAdd(part.Groups[1].Value, part.Groups[2].Value))
            {
                return null; // said twice: two readers could read two things
            }
        }

        var resource = said.GetValueOrDefault("resource") ?? Without(said.GetValueOrDefault("scope"));
        return Uri.TryCreate(resource, UriKind.Absolute, out var audience) && audience.Scheme == Uri.UriSchemeHttps
            && audience is { UserInfo: "", Query: "", Fragment: "" }
            ? new VaultChallenge(audience, TenantIn(said.GetValueOrDefault("authorization") ?? said.GetValueOrDefault("authorization_uri")))
            : null;
    }

    /// <summary>Whether the audience is the host itself or a domain that it belongs to; of at least two labels, unless it is the host itself.</summary>
    public bool IsMeantFor(string host)
        => string.Equals(host, Resource.Host, StringComparison.OrdinalIgnoreCase)
            || (Resource.HostNameType == UriHostNameType.Dns && Resource.Host.Contains('.', StringComparison.Ordinal)
                && host.EndsWith("." + Resource.Host, StringComparison.OrdinalIgnoreCase));

    /// <summary>What to ask the credential for.</summary>
    public TokenRequestContext ToContext(HttpMessage message)
        => new([Resource.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/.default"], message.Request.ClientRequestId, tenantId: Tenant);

    private static string? Without(string? scope)
        => scope is not null && scope.EndsWith("/.default", StringComparison.Ordinal) ? scope[..^"/.default".Length] : scope;

    private static string? TenantIn(string? authority)
        => Uri.TryCreate(authority, UriKind.Absolute, out var address) && address.Segments is [_, var tenant, ..] && tenant.Trim('/') is { Length: > 0 } name ? name : null;

    [GeneratedRegex("([A-Za-z_]+)\\s*=\\s*\"([^\"]*)\"")]
    private static partial Regex Part();
}
