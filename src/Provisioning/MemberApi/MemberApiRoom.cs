using EncryptionService.Provisioning.Doors;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>Puts what members and operators say and hear into the host (docs/spec/member.md).</summary>
internal static class MemberApiRoom
{
    /// <summary>Needs an <see cref="IServiceApprovals"/>, which Dispatch has.</summary>
    public static IServiceCollection AddMemberApi(this IServiceCollection services) => services
        .AddSingleton<MemberCard>().AddSingleton<Registrations>().AddSingleton<MemberCalls>().AddSingleton<InvitationDoor>().AddSingleton<MemberDoor>().AddSingleton<KeyDoor>()
        .AddSingleton<OperatorDocuments>().AddSingleton<OperatorDoor>();

    /// <summary>The calls of docs/spec/member.md.</summary>
    public static void MapMemberApi(this IEndpointRouteBuilder routes)
    {
        var invitations = routes.ServiceProvider.GetRequiredService<InvitationDoor>();
        var members = routes.ServiceProvider.GetRequiredService<MemberDoor>();
        var keys = routes.ServiceProvider.GetRequiredService<KeyDoor>();
        var operators = routes.ServiceProvider.GetRequiredService<OperatorDoor>();
        routes.MapPost("/member/v1/invitations", ServeAnyOrigin(invitations.TellAsync));
        routes.MapPost("/member/v1/acceptances", ServeAnyOrigin(invitations.AcceptAsync));
        routes.MapGet("/member/v1/me", ServeAnyOrigin(members.MeAsync));
        routes.MapGet("/member/v1/groups", ServeAnyOrigin(members.GroupsAsync));
        routes.MapGet("/member/v1/groups/{grp}", ServeAnyOrigin(members.GroupAsync));
        routes.MapPost("/member/v1/keys", ServeAnyOrigin(keys.ChangeAsync));
        routes.MapMethods("/member/v1/{**rest}", ["OPTIONS"], AnyOrigin.PreflightAsync);
        routes.MapGet("/operator/v1/pending", Serve(operators.PendingAsync));
        routes.MapGet("/operator/v1/groups/{grp}", Serve(operators.GroupAsync));
        routes.MapPost("/operator/v1/documents", Serve(operators.SubmitAsync));
    }

    private static RequestDelegate Serve(Func<HttpContext, Task<Answer>> door) => async context => await (await door(context)).WriteAsync(context);

    private static RequestDelegate ServeAnyOrigin(Func<HttpContext, Task<Answer>> door) => async context =>
    {
        AnyOrigin.Allow(context);
        await (await door(context)).WriteAsync(context);
    };
}
