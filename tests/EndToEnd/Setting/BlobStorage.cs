using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using EncryptionService.Compliance;
using EncryptionService.EndToEnd.Setting;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(BlobStorage))]

namespace EncryptionService.EndToEnd.Setting;

/// <summary>Storage and token endpoint for services that keep their ledger in append blobs; started when the first test asks for them.</summary>
public sealed class BlobStorage : IAsyncDisposable
{
    private readonly AzuriteFixture fixture = new();
    private readonly SemaphoreSlim gate = new(1, 1);
    private AzuriteServer? server;
    private TokenEndpoint? tokens;

    /// <summary>A place for a service whose ledger lies in a container of its own. Skips the test where there can be no storage.</summary>
    internal async Task<ServiceFolder> NewFolderAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            server ??= await fixture.GetAsync(cancellationToken);
            tokens ??= await TokenEndpoint.StartAsync(cancellationToken);
        }
        finally
        {
            gate.Release();
        }

        var container = await server.NewContainerAsync(cancellationToken);
        return new ServiceFolder
        {
            Container = container,
            Environment = new(tokens.Environment) { ["SSL_CERT_FILE"] = server.CaFile },
        };
    }

    /// <summary>The storage library's client for a place's container.</summary>
    internal BlobContainerClient Container(ServiceFolder folder) => server!.Container(folder.Container!);

    /// <summary>A way to the storage for a service in this process.</summary>
    internal StorageWire NewWire() => new(server!.NewHandler());

    /// <summary>Lets a service in this process into the storage.</summary>
    internal static void Admit(IServiceCollection services, StorageWire wire)
        => services.AddSingleton<TokenCredential>(AzuriteServer.Credential).AddSingleton<HttpPipelineTransport>(wire.ToTransport());

    public async ValueTask DisposeAsync()
    {
        gate.Dispose();
        await fixture.DisposeAsync();
        if (tokens is not null)
        {
            await tokens.DisposeAsync();
        }
    }
}
