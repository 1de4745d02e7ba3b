namespace EncryptionService.Provisioning.Configuration;

/// <summary>Puts <em>Create configuration</em> into the host.</summary>
internal static class ConfigurationRoom
{
    /// <summary>Configuration files.</summary>
    public static IServiceCollection AddConfigurationFiles(this IServiceCollection services) => services.AddSingleton<ConfigurationFiles>();
}
