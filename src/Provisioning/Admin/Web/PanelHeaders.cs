using EncryptionService.Hosting;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>Headers of every answer below <c>/admin</c> (docs/spec/panel.md, section 4).</summary>
internal static class PanelHeaders
{
    /// <summary>Nothing from elsewhere, nothing inline, in no frame.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>Sets them when the answer begins, whatever was set before.</summary>
    public static void Set(HttpResponse response) => response.OnStarting(() =>
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        PageHeaders.Set(headers, response.HttpContext.RequestServices.GetRequiredService<IOptions<ProvisioningOptions>>().Value.IsOverTls);
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["X-Robots-Tag"] = "noindex";
        if (!headers.CacheControl.ToString().Contains("immutable", StringComparison.Ordinal))
        {
            headers.CacheControl = "no-store";
            headers.Remove(HeaderNames.Pragma);
        }

        return Task.CompletedTask;
    });
}
