namespace EncryptionService.Provisioning.Envelopes;

/// <summary>Puts enrolment, intake and proofs into the host.</summary>
internal static class EnvelopesRoom
{
    /// <summary>What takes statements and envelopes.</summary>
    public static IServiceCollection AddEnvelopes(this IServiceCollection services) => services
        .AddSingleton<StatementIntake>().AddSingleton<Proofs>().AddSingleton<ServiceCalls>().AddSingleton<PostDoor>().AddSingleton<ServiceEnrolment>().AddSingleton<EnrolmentDoor>();

    /// <summary>The calls of docs/spec/core.md.</summary>
    public static void MapEnvelopes(this IEndpointRouteBuilder routes)
    {
        var enrolment = routes.ServiceProvider.GetRequiredService<EnrolmentDoor>();
        var posts = routes.ServiceProvider.GetRequiredService<PostDoor>();
        routes.MapPost("/v1/organizations/{org}/enrolment", async context => await (await enrolment.AnswerAsync(context)).WriteAsync(context));
        routes.MapPost("/v1/organizations/{org}/groups/{grp}/posts", async context => await (await posts.AnswerAsync(context)).WriteAsync(context));
    }
}
