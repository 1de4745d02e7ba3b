using EncryptionService.Service.Cloud;
using EncryptionService.Service.Keys.Vault;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys;

/// <summary>Chooses who keeps the wrapping key and the organization key: a key vault, or local files.</summary>
internal static class KeyKeepers
{
    /// <summary>Adds <see cref="IKeyEncryptionKey"/> and <see cref="IOrganizationKey"/>, by what <see cref="KeyOptions"/> say when they are first asked for.</summary>
    public static IServiceCollection AddKeepers(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => CloudIdentity.Create());
        return services
            .AddSingleton<LocalKeyEncryptionKey>().AddSingleton<LocalOrganizationKey>()
            .AddSingleton(_ => new KeyVaultClientOptions()).AddSingleton<KeyVaultKeyClient>().AddSingleton<KeyVaultKeyEncryptionKey>().AddSingleton<KeyVaultOrganizationKey>()
            .AddSingleton<IKeyEncryptionKey>(provider => UsesVault(provider) ? provider.GetRequiredService<KeyVaultKeyEncryptionKey>() : provider.GetRequiredService<LocalKeyEncryptionKey>())
            .AddSingleton<IOrganizationKey>(provider => UsesVault(provider) ? provider.GetRequiredService<KeyVaultOrganizationKey>() : provider.GetRequiredService<LocalOrganizationKey>());
    }

    private static bool UsesVault(IServiceProvider provider) => provider.GetRequiredService<IOptions<KeyOptions>>().Value.VaultUrl is not null;
}
