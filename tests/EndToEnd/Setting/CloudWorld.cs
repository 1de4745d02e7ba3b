using EncryptionService.AzureStandIn;
using EncryptionService.Compliance;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>What processes of the service have in common in Azure: a storage account, a key vault, a managed identity; and the core that they belong to.</summary>
internal sealed class CloudWorld : IAsyncDisposable
{
    private readonly ServiceFolder folder = new();
    private readonly StandIn standIn;
    private readonly string trusted;
    private readonly Uri container;

    private CloudWorld(FakeCore core, StandIn standIn, AzuriteServer storage, Uri container)
    {
        Core = core;
        this.standIn = standIn;
        this.container = container;
        trusted = Path.Combine(folder.Root, "trusted.pem");
        File.WriteAllText(trusted, File.ReadAllText(standIn.CaFile) + File.ReadAllText(storage.CaFile));
    }

    public FakeCore Core { get; }

    public static async Task<CloudWorld> StartAsync(AzuriteServer storage, CancellationToken cancellationToken)
    {
        var standIn = await StandIn.StartAsync(new StandInOptions(Directory.CreateTempSubdirectory("stand-in-").FullName), cancellationToken);
        return new CloudWorld(await FakeCore.StartAsync(cancellationToken), standIn, storage, await storage.NewContainerAsync(cancellationToken));
    }

    /// <summary>Starts one replica, and returns at once.</summary>
    /// <param name="revision">Its revision.</param>
    /// <param name="entry">The address that the core is told: the ingress.</param>
    /// <param name="ports">Two free ports.</param>
    public ServiceProcess Start(string revision, Uri entry, IReadOnlyList<int> ports)
    {
        var settings = folder.Settings(Core);
        settings.Remove("Ledger:Path");
        settings.Remove("Keys:Path");
        settings["Ledger:ContainerUrl"] = container.AbsoluteUri;
        settings["Keys:VaultUrl"] = standIn.VaultUrl.AbsoluteUri;
        settings["Service:RevisionName"] = revision;
        settings["Service:PublicAddress"] = entry.AbsoluteUri;
        settings["Service:GrpcPort"] = $"{ports[0]}";
        settings["Service:ProbePort"] = $"{ports[1]}";
        return ServiceProcess.Start(settings, environment: new Dictionary<string, string>
        {
            ["SSL_CERT_FILE"] = trusted,
            ["AZURE_CLIENT_ID"] = standIn.ClientId,
            ["IDENTITY_ENDPOINT"] = standIn.IdentityEndpoint.AbsoluteUri,
            ["IDENTITY_HEADER"] = standIn.IdentityHeader,
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Core.DisposeAsync();
        await standIn.DisposeAsync();
        folder.Dispose();
    }
}
