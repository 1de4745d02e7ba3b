namespace EncryptionService.Service.Health;

/// <summary>The three probes, on a listener of their own (HTTP/1.1).</summary>
internal static class ProbeEndpoints
{
    /// <summary>Answers <c>/healthz/startup</c>, <c>/healthz/live</c> and <c>/healthz/ready</c>; everything else is 404.</summary>
    public static async Task AnswerAsync(HttpContext context)
    {
        var services = context.RequestServices;
        switch (context.Request.Path.Value)
        {
            case "/healthz/live":
                // Says only that the process answers: a vault or a storage that is away must not restart it.
                await WriteAsync(context, null);
                break;
            case "/healthz/startup":
                var state = services.GetRequiredService<ServiceState>();
                await WriteAsync(context, state.Started ? null : state.WaitsFor ?? "starting");
                break;
            case "/healthz/ready":
                await WriteAsync(context, await services.GetRequiredService<Readiness>().WhyNotAsync(context.RequestAborted));
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static Task WriteAsync(HttpContext context, string? fault)
    {
        context.Response.StatusCode = fault is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(fault is null ? """{"status":"ok"}""" : $$"""{"status":"unavailable","reason":"{{fault}}"}""");
    }
}
