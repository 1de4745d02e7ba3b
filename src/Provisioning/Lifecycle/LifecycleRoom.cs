namespace EncryptionService.Provisioning.Lifecycle;

/// <summary>Puts what happens by the passing of time into the host.</summary>
internal static class LifecycleRoom
{
    /// <summary>The daily purge.</summary>
    public static IServiceCollection AddLifecycleWork(this IServiceCollection services) => services.AddHostedService<PurgeWorker>();
}
