using System.Security.Claims;
using EncryptionService.Provisioning.Admin.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>
/// Stands before everything below <c>/admin</c>: (1) headers, (2) nothing that another site sends, (3) whose session it is, (4) who has none sees only what
/// says <c>[AllowAnonymous]</c>.
/// </summary>
internal sealed partial class PanelGate(PanelCookies cookies, SessionBook sessions, ILogger<PanelGate> logger)
{
    private const long MostBytes = 64 * 1024;

    /// <summary>Lets a request through, or answers it.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        PanelHeaders.Set(context.Response); // (1)
        // TLS is the ingress's work; what asks whether there is any should not be told of the last hop.
        context.Request.Scheme = cookies.Secure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MostBytes;
        }

        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!reads && context.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site") // (2)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        try
        {
            var isVisit = !context.Request.Query.ContainsKey(Fragment);
            if (context.GetEndpoint()?.Metadata.GetMetadata<AssetAttribute>() is null
                && await sessions.FindAsync(cookies.SessionOf(context.Request), isVisit, context.RequestAborted) is { } session) // (3)
            {
                context.Features.Set(session);
                // Antiforgery tokens are bound to this claim.
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", session.Hash)], "session"));
            }
            else if (context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null) // (4)
            {
                context.Response.StatusCode = StatusCodes.Status303SeeOther;
                var wanted = reads && isVisit ? ReturnPath.Of(context.Request.Path + context.Request.QueryString) : ReturnPath.Start;
                context.Response.Headers.Location = wanted == ReturnPath.Start ? "/admin/sign-in" : $"/admin/sign-in?returnUrl={Uri.EscapeDataString(wanted)}";
                return;
            }

            await next(context);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted && exception is not BadHttpRequestException)
        {
            LogFailed(logger, exception);
            context.Response.Clear();
            PanelHeaders.Set(context.Response);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(FailurePage.Text, context.RequestAborted);
        }
    }

    /// <summary>Query parameter of what a page asks for by itself: a part of it that changes.</summary>
    public const string Fragment = "fragment";

    [LoggerMessage(EventId = 1801, Level = LogLevel.Error, Message = "A page of the panel failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

/// <summary>Marks an answer that has nothing to do with who asks.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AssetAttribute : Attribute, IAllowAnonymous;
