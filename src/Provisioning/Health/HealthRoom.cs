using System.Net;
using System.Reflection;
using EncryptionService.Hosting;

namespace EncryptionService.Provisioning.Health;

/// <summary>The root page and the probes.</summary>
internal static class HealthRoom
{
    private static readonly string version = typeof(HealthRoom).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static readonly string page =
        $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Encryption Service</title></head>
        <body>
        <h1>Encryption Service</h1>
        <p>Provisioning, version {WebUtility.HtmlEncode(version)}.</p>
        <ul>
        <li><a href="/admin">For administrators</a></li>
        <li><a href="/member">For members</a></li>
        <li>An IdP's Tenant URL or Base URL is the one that was shown with its token.</li>
        <li><a href="/healthz/ready">Is it ready?</a></li>
        <li><a href="/healthz/live">Is it alive?</a></li>
        </ul>
        </body>
        </html>

        """;

    /// <summary>Readiness.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services) => services.AddSingleton<Readiness>();

    /// <summary><c>/</c>, <c>/healthz/live</c> and <c>/healthz/ready</c>.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", ["GET", "HEAD"], PageAsync);

        // Says only that the process answers: a database that is away must not restart it.
        var answer = routes.ServiceProvider.GetRequiredService<HealthAnswer>();
        routes.MapMethods("/healthz/live", ["GET", "HEAD"], context => answer.WriteAsync(context, null));
        routes.MapMethods("/healthz/ready", ["GET", "HEAD"], async context =>
            await answer.WriteAsync(context, await context.RequestServices.GetRequiredService<Readiness>().WhyNotAsync(context.RequestAborted)));
        return routes;
    }

    private static Task PageAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(page, context.RequestAborted);
    }
}
