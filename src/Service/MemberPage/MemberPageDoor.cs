using System.Globalization;
using EncryptionService.Hosting;
using EncryptionService.Service.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.MemberPage;

/// <summary>
/// The member's page from the customer's own server: what members run is then not the core's word (docs/spec/page.md, section 7). It is the saved page in one file, the
/// same for everybody, and needs no token; it is there only where <see cref="ServiceOptions.MemberPage"/> says so, and nothing else is let through by this door.
/// </summary>
internal sealed class MemberPageDoor(RequestDelegate next, IOptions<ServiceOptions> options)
{
    /// <summary>Where it is.</summary>
    public const string Path = "/member";

    private const string Resource = "page/page.html";

    private readonly byte[]? page = options.Value.MemberPage ? Read() : null;

    /// <summary>Answers <see cref="Path"/> where the page is wanted; everything else goes on.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var method = context.Request.Method;
        if (page is null || context.Request.Path.Value != Path || !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method)))
        {
            return next(context);
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        // What its meta element cannot say. Scripts, styles and calls are its own policy's.
        headers.ContentSecurityPolicy = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        // TLS is the ingress's work; on a laptop without it a browser takes no notice.
        PageHeaders.Set(headers, overTls: true);
        context.Response.ContentType = "text/html; charset=utf-8";
        headers.ContentLength = page.Length;
        return HttpMethods.IsHead(method) ? Task.CompletedTask : context.Response.Body.WriteAsync(page, context.RequestAborted).AsTask();
    }

    private static byte[] Read()
    {
        using var stream = typeof(MemberPageDoor).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"This program was built without {Resource}."));
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
