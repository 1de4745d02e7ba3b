using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace EncryptionService.Provisioning.Organizations;

/// <summary>
/// Where a service may be: an address that a customer's program signed, and that the core then calls. Without this rule it could make the core
/// talk to whatever stands beside the core (docs/spec/core.md, section 2).
/// </summary>
internal static class ServiceAddress
{
    private static readonly string[] localSuffixes = [".localhost", ".local", ".internal", ".intranet", ".home.arpa", ".lan"];

    private static readonly IPNetwork[] notPublic =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("168.63.129.16/32"), IPNetwork.Parse("224.0.0.0/3"),
    ];

    // Only what is routed globally, without what carries an IPv4 address of anybody's choice in it.
    private static readonly IPNetwork globalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] notPublicWithin =
        [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    /// <summary>Reads an address: scheme, host and port only; <c>https</c> and no local host unless local services are allowed.</summary>
    /// <param name="text">As the service signed it.</param>
    /// <param name="allowLocal"><c>Provisioning:AllowLocalServices</c>.</param>
    /// <param name="address">The address.</param>
    /// <param name="problem">One line for the administrator.</param>
    public static bool TryParse(string text, bool allowLocal, [NotNullWhen(true)] out Uri? address, out string problem)
    {
        problem = !Uri.TryCreate(text, UriKind.Absolute, out address) ? "the address is no absolute URI"
            : address.Scheme != Uri.UriSchemeHttps && !(allowLocal && address.Scheme == Uri.UriSchemeHttp) ? "the address must begin with https://"
            : address.UserInfo.Length > 0 || address.PathAndQuery != "/" || address.Fragment.Length > 0 ? "the address must be a host and a port, no more"
            : !allowLocal && !IsPublicHost(address) ? "the address must be a public host"
            : "";
        return problem.Length == 0;
    }

    /// <summary>True if an address that a name resolved to is one of the public network. To be asked of every address, at every connection: names change.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? !Array.Exists(notPublic, network => network.Contains(plain))
            : globalUnicast.Contains(plain) && !Array.Exists(notPublicWithin, network => network.Contains(plain));
    }

    private static bool IsPublicHost(Uri address)
    {
        if (address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return IPAddress.TryParse(address.DnsSafeHost, out var ip) && IsPublic(ip);
        }

        var host = address.IdnHost.TrimEnd('.');
        return address.HostNameType == UriHostNameType.Dns
            && host.Contains('.', StringComparison.Ordinal)
            && !Array.Exists(localSuffixes, suffix => host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
    }
}
