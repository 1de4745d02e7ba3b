using Microsoft.AspNetCore.Http;

namespace EncryptionService.Hosting;

/// <summary>What every page of either host says to a browser, whatever else its own policy is.</summary>
public static class PageHeaders
{
    /// <summary>Sets them.</summary>
    /// <param name="headers">Of the answer.</param>
    /// <param name="overTls">True where browsers come over TLS: from then on they come in no other way (RFC 6797), for a year.</param>
    public static void Set(IHeaderDictionary headers, bool overTls)
    {
        ArgumentNullException.ThrowIfNull(headers);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (overTls)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
