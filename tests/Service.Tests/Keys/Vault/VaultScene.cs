using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using EncryptionService.AzureStandIn;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Keys.Vault;
using Microsoft.Extensions.Options;
using Xunit;

namespace EncryptionService.Service.Tests.Keys.Vault;

/// <summary>A vault of its own on loopback, and the service's client for it.</summary>
public sealed class VaultScene : IAsyncDisposable
{
    // Making RSA keys is slow, and which ones they are does not matter: made once, copied for each scene.
    private static readonly Lazy<Task<DirectoryInfo>> pattern = new(async () =>
    {
        var made = Directory.CreateTempSubdirectory("vault-pattern-");
        await (await StandIn.StartAsync(new StandInOptions(made.FullName), CancellationToken.None)).DisposeAsync();
        File.Delete(Path.Combine(made.FullName, "identity.json")); // the ports of one that is gone
        AppDomain.CurrentDomain.ProcessExit += (_, _) => made.Delete(recursive: true);
        return made;
    });

    private readonly DirectoryInfo folder;
    private readonly HttpClient http;
    private readonly KeyVaultKeyClient client;

    private VaultScene(StandIn vault, DirectoryInfo folder, int attempts)
    {
        Vault = vault;
        this.folder = folder;
        http = NewHttp(vault);
        Credential = new StandInCredential(vault);
        Options = Microsoft.Extensions.Options.Options.Create(new KeyOptions { VaultUrl = vault.VaultUrl });
        client = new KeyVaultKeyClient(Options, Credential, NewClientOptions(http, attempts));
    }

    public StandIn Vault { get; }

    internal StandInCredential Credential { get; }

    internal IOptions<KeyOptions> Options { get; }

    internal KeyVaultKeyEncryptionKey Kek => new(client, Options);

    internal KeyVaultOrganizationKey OrganizationKey => new(client, Options);

    internal KeyVaultKeyClient Client => client;

    public static async Task<VaultScene> StartAsync(int attempts = 1)
    {
        var folder = Directory.CreateTempSubdirectory("vault-");
        foreach (var file in (await pattern.Value).GetFiles())
        {
            file.CopyTo(Path.Combine(folder.FullName, file.Name));
        }

        return new VaultScene(await StandIn.StartAsync(new StandInOptions(folder.FullName), TestContext.Current.CancellationToken), folder, attempts);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Vault.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>Options of the client that trust the vault's certificate, and wait for nothing long.</summary>
    internal static KeyVaultClientOptions NewClientOptions(HttpClient http, int attempts)
    {
        var options = new KeyVaultClientOptions { Transport = new HttpClientTransport(http) };
        options.Retry.MaxRetries = attempts - 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(10);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(2);
        return options;
    }

    /// <summary>A client that trusts the vault's own authority and no other.</summary>
    internal static HttpClient NewHttp(StandIn vault)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(File.ReadAllText(vault.CaFile)));
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}

/// <summary>Tokens of the stand-in's issuer, and which were asked for.</summary>
internal sealed class StandInCredential(StandIn vault) : TokenCredential
{
    public List<string> Asked { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var scope = Assert.Single(requestContext.Scopes);
        Asked.Add(scope);
        var (token, expires) = vault.Tokens.Issue(scope[..^"/.default".Length], vault.ClientId);
        return ValueTask.FromResult(new AccessToken(token, DateTimeOffset.FromUnixTimeSeconds(expires)));
    }
}
