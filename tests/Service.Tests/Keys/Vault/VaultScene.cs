using System.Security.Cryptography.X509Certificates;
using Azure.Core;
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
    private readonly KeyVaultClientOptions behaviour;
    private readonly KeyVaultKeyClient client;

    private VaultScene(StandIn vault, DirectoryInfo folder, int attempts)
    {
        Vault = vault;
        this.folder = folder;
        behaviour = NewClientOptions(vault, attempts);
        Credential = new StandInCredential(vault);
        Options = Microsoft.Extensions.Options.Options.Create(new KeyOptions { VaultUrl = vault.VaultUrl });
        client = new KeyVaultKeyClient(Options, Credential, behaviour, TimeProvider.System);
    }

    public StandIn Vault { get; }

    internal StandInCredential Credential { get; }

    internal IOptions<KeyOptions> Options { get; }

    internal KeyVaultKeyEncryptionKey Kek => new(client, Options);

    internal KeyVaultOrganizationKey OrganizationKey => new(client, Options);

    internal KeyVaultKeyClient Client => client;

    /// <summary>The same key by another client: with its own behaviour, clock, and credential.</summary>
    internal KeyVaultKeyEncryptionKey NewKek(KeyVaultClientOptions options, TimeProvider time, TokenCredential? credential = null)
        => new(new KeyVaultKeyClient(Options, credential ?? Credential, options, time), Options);

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
        behaviour.Dispose();
        await Vault.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>What the service itself uses, but for the vault's own authority, which is the only one trusted; it waits for nothing long.</summary>
    internal static KeyVaultClientOptions NewClientOptions(StandIn vault, int attempts)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509Certificate2.CreateFromPem(File.ReadAllText(vault.CaFile)));
        var options = new KeyVaultClientOptions(trust);
        options.Retry.MaxRetries = attempts - 1;
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(10);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(2);
        return options;
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
