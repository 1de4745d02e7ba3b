using EncryptionService.Hosting;

namespace EncryptionService.Service.Health;

/// <summary>The three probes, on a listener of their own (HTTP/1.1).</summary>
internal static class ProbeEndpoints
{
    /// <summary>Answers <c>/healthz/startup</c>, <c>/healthz/live</c> and <c>/healthz/ready</c>; everything else is 404.</summary>
    public static async Task AnswerAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var answer = services.GetRequiredService<HealthAnswer>();
        switch (context.Request.Path.Value)
        {
            case "/healthz/live":
                // Says only that the process answers: a vault or a storage that is away must not restart it.
                await answer.WriteAsync(context, null);
                break;
            case "/healthz/startup":
                var state = services.GetRequiredService<ServiceState>();
                await answer.WriteAsync(context, state.Started ? null : state.WaitsFor ?? "starting");
                break;
            case "/healthz/ready":
                await answer.WriteAsync(context, await services.GetRequiredService<Readiness>().WhyNotAsync(context.RequestAborted));
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }
}
