namespace EncryptionService.Provisioning.Verbs;

/// <summary>Puts what only verbs ask into the host.</summary>
internal static class VerbsRoom
{
    /// <summary>Queries of the verbs.</summary>
    public static IServiceCollection AddVerbs(this IServiceCollection services) => services.AddSingleton<StatusQuery>();
}
