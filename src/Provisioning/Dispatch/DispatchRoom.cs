namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Puts dispatch into the host.</summary>
internal static class DispatchRoom
{
    /// <summary>What others call.</summary>
    public static IServiceCollection AddDispatch(this IServiceCollection services) => services
        .AddSingleton<ServiceConnector>().AddSingleton<ServiceDoors>();
}
