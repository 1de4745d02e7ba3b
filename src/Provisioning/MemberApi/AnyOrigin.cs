namespace EncryptionService.Provisioning.MemberApi;

/// <summary>
/// Lets pages of any origin make the calls of members: one that was saved, or that somebody else serves (docs/spec/page.md, section 1). A browser adds
/// nothing of its own to these calls, no cookie and no password, so an origin gains nothing by making them that a program would not have.
/// </summary>
internal static class AnyOrigin
{
    private const string Day = "86400";

    /// <summary>Says so in an answer.</summary>
    public static void Allow(HttpContext context) => context.Response.Headers.AccessControlAllowOrigin = "*";

    /// <summary>What a browser asks before a call that has a token or a body of JSON.</summary>
    public static Task PreflightAsync(HttpContext context)
    {
        Allow(context);
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "GET, POST";
        headers.AccessControlAllowHeaders = "authorization, content-type";
        headers.AccessControlMaxAge = Day;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
