using System.Buffers;
using System.Text.RegularExpressions;
using Azure.Core;

namespace EncryptionService.Service.Keys.Vault;

/// <summary>What a vault says in <c>WWW-Authenticate</c>: whom tokens are to be made out to, and by whom. Pure.</summary>
/// <param name="Resource">The audience, as it was said: nothing is known of it until <see cref="IsMeantFor"/>.</param>
/// <param name="Tenant">The directory that makes the tokens, or null where it is not said.</param>
internal sealed partial record VaultChallenge(string Resource, string? Tenant)
{
    private const int Longest = 2_048;
    private const int LongestShown = 128;
    private const string Default = "/.default";

    private static readonly SearchValues<char> ofAddresses = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@%&=+");

    /// <summary>The resource for a log line: nothing of a stranger's text but what an address is made of.</summary>
    public string Shown => Resource.Length <= LongestShown && !Resource.AsSpan().ContainsAnyExcept(ofAddresses) ? Resource : "something that is no address";

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

        var resource = said.GetValueOrDefault("resource");
        var scope = Without(said.GetValueOrDefault("scope"));
        if (resource is not null && scope is not null && resource != scope)
        {
            return null;
        }

        return (resource ?? scope) is { } audience
            ? new VaultChallenge(audience, TenantIn(said.GetValueOrDefault("authorization") ?? said.GetValueOrDefault("authorization_uri")))
            : null;
    }

    /// <summary>Whether the audience is the host's own address, or that of the domain right above it, which has two labels or more; letter by letter.</summary>
    /// <remarks>Compared as text on purpose: there is no port, path or user to be read in two ways.</remarks>
    public bool IsMeantFor(string host)
        => IsAddressOf(host)
            || (Uri.CheckHostName(host) == UriHostNameType.Dns && host.Split('.', 2) is [_, var above] && above.Contains('.', StringComparison.Ordinal) && IsAddressOf(above));

    /// <summary>What to ask the credential for.</summary>
    public TokenRequestContext ToContext(HttpMessage message) => new([Resource.TrimEnd('/') + Default], message.Request.ClientRequestId, tenantId: Tenant);

    private bool IsAddressOf(string host)
    {
        var address = $"https://{host}";
        return string.Equals(Resource, address, StringComparison.OrdinalIgnoreCase) || string.Equals(Resource, address + "/", StringComparison.OrdinalIgnoreCase);
    }

    private static string? Without(string? scope)
        => scope is not null && scope.EndsWith(Default, StringComparison.Ordinal) ? scope[..^Default.Length] : scope;

    private static string? TenantIn(string? authority)
        => Uri.TryCreate(authority, UriKind.Absolute, out var address) && address.Segments is [_, var tenant, ..] && tenant.Trim('/') is { Length: > 0 } name ? name : null;

    [GeneratedRegex("([A-Za-z_]+)\\s*=\\s*\"([^\"]*)\"")]
    private static partial Regex Part();
}
