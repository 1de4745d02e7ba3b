using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using EncryptionService.AzureStandIn;
using EncryptionService.Hammer.Checks;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Azure;

/// <summary>What the service has around it in Azure: a key vault, a managed identity, and a storage account. What goes to the vault is recorded, what goes to the storage lies there.</summary>
internal sealed class AzurePlace : IAsyncDisposable
{
    private const string Container = "ledger";

    // The first one: which version wraps (twice), the organization key (twice), wrap, sign, unwrap.
    private const int MostCallsOfAStart = 8;
    private readonly DirectoryInfo data;
    private readonly StandIn standIn;
    private readonly AzuriteProcess azurite;

    private AzurePlace(DirectoryInfo data, StandIn standIn, AzuriteProcess azurite)
    {
        this.data = data;
        this.standIn = standIn;
        this.azurite = azurite;
    }

    /// <summary>What the template and the platform tell the service.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["Keys__VaultUrl"] = standIn.VaultUrl.AbsoluteUri,
        ["Ledger__ContainerUrl"] = $"{azurite.Account}/{Container}",
        ["IDENTITY_ENDPOINT"] = standIn.IdentityEndpoint.AbsoluteUri,
        ["IDENTITY_HEADER"] = standIn.IdentityHeader,
        ["AZURE_CLIENT_ID"] = standIn.ClientId,
        ["SSL_CERT_FILE"] = standIn.CaFile,
    };

    /// <summary>Everything that lies in the storage account.</summary>
    public IReadOnlyList<FileInfo> Files => data.GetFiles("*", SearchOption.AllDirectories);

    /// <summary>Starts vault, identity and storage, and makes the ledger's container as the template does.</summary>
    public static async Task<AzurePlace> StartAsync(DirectoryInfo folder, Recorder recorder, CancellationToken cancellationToken)
    {
        var data = folder.CreateSubdirectory("storage");
        var standIn = await StandIn.StartAsync(new StandInOptions(Path.Combine(folder.FullName, "vault")), cancellationToken);
        standIn.Tap = body => recorder.Add("vault", body.Span);
        var azurite = await AzuriteProcess.StartAsync(data, standIn.CertFile, standIn.KeyFile, recorder, cancellationToken);
        var place = new AzurePlace(data, standIn, azurite);
        await place.CreateContainerAsync(cancellationToken);
        return place;
    }

    /// <summary>The root key is unwrapped once for each start, and the vault is asked for nothing while events come.</summary>
    /// <param name="starts">How often a replica was started.</param>
    /// <param name="events">Events that came.</param>
    public Check Vault(int starts, int events)
    {
        var unwraps = standIn.Calls.Done("unwrapkey");
        var calls = standIn.Calls.Calls.Count(call => call.Status == 200);
        return new Check(
            "The key vault is asked at starts only",
            unwraps > 0 && unwraps <= starts && calls <= MostCallsOfAStart * starts,
            $"{unwraps} unwraps, {calls} calls in {starts} starts; {events} events");
    }

    public async ValueTask DisposeAsync()
    {
        await azurite.DisposeAsync();
        await standIn.DisposeAsync();
    }

    private async Task CreateContainerAsync(CancellationToken cancellationToken)
    {
        using var identity = new HttpClient();
        using var ask = new HttpRequestMessage(
            HttpMethod.Get, $"{standIn.IdentityEndpoint}?api-version=2019-08-01&resource=https://storage.azure.com&client_id={standIn.ClientId}");
        ask.Headers.Add("X-IDENTITY-HEADER", standIn.IdentityHeader);
        using var token = await identity.SendAsync(ask, cancellationToken);
        var bearer = (string)JsonNode.Parse(await token.Content.ReadAsStringAsync(cancellationToken))!["access_token"]!;

        using var authority = X509CertificateLoader.LoadCertificateFromFile(standIn.CaFile);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        using var storage = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } });
        using var create = new HttpRequestMessage(HttpMethod.Put, $"{azurite.Account}/{Container}?restype=container");
        create.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        create.Headers.Add("x-ms-version", "2024-11-04");
        using var created = await storage.SendAsync(create, cancellationToken);
        if (!created.IsSuccessStatusCode)
        {
            throw new HammerException($"Azurite made no container: {(int)created.StatusCode} {await created.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
