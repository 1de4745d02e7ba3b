using EncryptionService.Provisioning.Scim.Http;
using EncryptionService.Provisioning.Scim.Store;

namespace EncryptionService.Provisioning.Scim;

/// <summary>Puts SCIM into the host.</summary>
internal static class ScimRoom
{
    /// <summary>Endpoints and what they read.</summary>
    public static IServiceCollection AddScim(this IServiceCollection services) => services
        .AddSingleton<UserQueries>().AddSingleton<GroupQueries>()
        .AddSingleton<UserEndpoint>().AddSingleton<GroupEndpoint>().AddSingleton<ScimGate>().AddSingleton<ScimDoor>();

    /// <summary>Everything below <c>/scim</c>, whatever the method: each answer is SCIM's own.</summary>
    public static void MapScim(this IEndpointRouteBuilder endpoints)
    {
        var door = endpoints.ServiceProvider.GetRequiredService<ScimDoor>();
        endpoints.Map("/scim/{**rest}", door.HandleAsync);
    }
}
