using Azure.Core;
using Azure.Core.Pipeline;
using EncryptionService.Service.Cloud;
using EncryptionService.Service.Ledger.Blobs;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Ledger;

/// <summary>Puts the ledger into the house.</summary>
internal static class LedgerServices
{
    /// <summary>Adds <see cref="ILedger"/> (files, or append blobs; opened when first asked for), <see cref="LedgerVerifier"/> and <see cref="LedgerOptions"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The configuration; section <c>Ledger</c> is read.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddLedger(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LedgerOptions>().Bind(configuration.GetSection(LedgerOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LedgerOptions>, LedgerOptionsValidator>();
        services.AddSingleton<IValidateOptions<LedgerOptions>, LedgerPlaceValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => CloudIdentity.Create());
        services.AddSingleton(Open);
        services.AddSingleton<LedgerVerifier>();
        return services;
    }

    /// <summary>Opens the ledger that the settings name.</summary>
    internal static ILedger Open(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<LedgerOptions>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();
        return options.ContainerUrl is null
            ? FileLedger.Open(options, time)
            : BlobLedger.Open(
                options, provider.GetRequiredService<TokenCredential>(), time, provider.GetRequiredService<ILogger<BlobLedger>>(), provider.GetService<HttpPipelineTransport>());
    }
}
