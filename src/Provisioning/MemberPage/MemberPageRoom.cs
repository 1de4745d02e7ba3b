using EncryptionService.Hosting;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.MemberPage;

/// <summary>Serves the member's page (docs/spec/page.md).</summary>
internal static class MemberPageRoom
{
    private const string NeverStored = "no-store";
    private const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>The page's own scripts and styles, calls to this core, and nothing else; no markup can become script.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private const string Permissions =
        "camera=(self), clipboard-write=(self), accelerometer=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), "
        + "midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

    private static readonly string[] methods = ["GET", "HEAD"];

    /// <summary>The page's files.</summary>
    public static IServiceCollection AddMemberPage(this IServiceCollection services) => services.AddSingleton<PageFiles>();

    /// <summary><c>/join</c>, <c>/member</c>, <c>/join/page.html</c>, and what is below <c>/page/</c>.</summary>
    public static void MapMemberPage(this IEndpointRouteBuilder routes)
    {
        var files = routes.ServiceProvider.GetRequiredService<PageFiles>();
        RequestDelegate page = context => WriteAsync(context, files, PageFiles.Index, NeverStored);
        routes.MapMethods("/join", methods, page);
        routes.MapMethods("/member", methods, page);
        routes.MapMethods("/join/page.html", methods, context => WriteAsync(context, files, PageFiles.Saved, NeverStored));
        routes.MapMethods("/page/{file}", methods, context =>
        {
            var name = context.Request.RouteValues["file"] as string;
            return WriteAsync(context, files, files.Assets.Contains(name) ? name : null, Immutable);
        });
    }

    private static Task WriteAsync(HttpContext context, PageFiles files, string? name, string caching)
    {
        var response = context.Response;
        if (!files.TryGet(name, out var file))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var headers = response.Headers;
        headers.CacheControl = caching;
        headers.ContentSecurityPolicy = Policy;
        headers["Permissions-Policy"] = Permissions;
        PageHeaders.Set(headers, context.RequestServices.GetRequiredService<IOptions<ProvisioningOptions>>().Value.IsOverTls);
        if (name == PageFiles.Saved)
        {
            // To be kept, not to be run from here: its scripts are inline, which the policy above forbids.
            headers.ContentDisposition = "attachment; filename=\"encryption-service-page.html\"";
        }

        response.ContentType = file.MediaType;
        response.ContentLength = file.Content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(file.Content, context.RequestAborted).AsTask();
    }
}
