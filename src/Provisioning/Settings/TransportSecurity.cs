using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Settings;

/// <summary>Pages are asked for over TLS only, once they were seen over TLS (RFC 6797).</summary>
internal static class TransportSecurity
{
    /// <summary>A year.</summary>
    public const string Value = "max-age=31536000";

    /// <summary>Sets the header where the core's public address is https; elsewhere it would mean nothing.</summary>
    public static void Set(HttpResponse response)
    {
        if (response.HttpContext.RequestServices.GetRequiredService<IOptions<ProvisioningOptions>>().Value.PublicAddress.Scheme == Uri.UriSchemeHttps)
        {
            response.Headers.StrictTransportSecurity = Value;
        }
    }
}
