using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace EncryptionService.Hosting;

/// <summary>Says what a request's span is about: method, route's pattern, status; never its path (docs/spec/operations.md, section 4).</summary>
public static class RequestSpans
{
    /// <summary>Names the spans of requests. Comes first in the pipeline.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="isProbe">Requests that leave no span, nor does anything that they cause: they come every few seconds.</param>
    public static IApplicationBuilder UseRequestSpans(this IApplicationBuilder app, Func<HttpContext, bool> isProbe) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { Recorded: true } span)
        {
            await next(context);
            return;
        }

        if (isProbe(context))
        {
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            span.IsAllDataRequested = false;
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            Describe(span, context);
        }
    });

    private static void Describe(Activity span, HttpContext context)
    {
        var method = Known(context.Request.Method);
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? method : $"{method} {route}";
        span.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", context.Response.StatusCode);
    }

    private static string Known(string method) => method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" ? method : "other";
}
