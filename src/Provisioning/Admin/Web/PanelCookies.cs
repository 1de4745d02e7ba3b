using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>Names and properties of the panel's cookies. Without TLS, which is for one machine only, a browser would not keep the better ones.</summary>
internal sealed class PanelCookies(IOptions<ProvisioningOptions> options)
{
    /// <summary>True where the panel is reached over https.</summary>
    public bool Secure => options.Value.PublicAddress.Scheme == Uri.UriSchemeHttps;

    /// <summary>Name of the session's cookie.</summary>
    public string SessionName => Secure ? "__Host-session" : "session";

    /// <summary>Name of the antiforgery cookie.</summary>
    public string AntiforgeryName => Secure ? "__Host-form" : "form";

    /// <summary>The session's token; null: there is none.</summary>
    public string? SessionOf(HttpRequest request) => request.Cookies[SessionName];

    /// <summary>Gives the browser a session.</summary>
    public void SetSession(HttpResponse response, string token) => response.Cookies.Append(SessionName, token, Properties());

    /// <summary>Takes it away.</summary>
    public void DeleteSession(HttpResponse response) => response.Cookies.Delete(SessionName, Properties());

    private CookieOptions Properties() => new() { Path = "/", HttpOnly = true, Secure = Secure, SameSite = SameSiteMode.Strict, IsEssential = true };
}
