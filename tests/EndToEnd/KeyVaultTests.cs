using System.Net;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using EncryptionService.AzureStandIn;
using EncryptionService.EndToEnd.Setting;
using EncryptionService.Service;
using EncryptionService.Service.Keys.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.EndToEnd;

/// <summary>A key vault that is away: at the start it is waited for, afterwards nobody notices (docs/spec/keys.md, section 4).</summary>
public sealed class KeyVaultTests : IAsyncLifetime
{
    private const int Waiting = 4;
    private const int Ready = 1;

    private static readonly TimeSpan attempt = TimeSpan.FromSeconds(29);

    private readonly DirectoryInfo vaultFolder = Directory.CreateTempSubdirectory("vault-");
    private readonly ServiceFolder folder = new();
    private readonly Listener log = new();
    private readonly LeapingTime time = new(attempt, KeyVaultKeyClient.LongestCall, TimedCredential.LongestWait);
    private readonly HttpClient probes = new();
    private StandIn vault = null!;
    private FakeCore core = null!;
    private KeyVaultClientOptions behaviour = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        vault = await StandIn.StartAsync(new StandInOptions(vaultFolder.FullName), Token);
        core = await FakeCore.StartAsync(Token);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(vault.CaFile, Token)));
        behaviour = new KeyVaultClientOptions(trust);
        behaviour.Retry.MaxRetries = 0;
    }

    public async ValueTask DisposeAsync()
    {
        behaviour.Dispose();
        probes.Dispose();
        log.Dispose();
        await vault.DisposeAsync();
        await core.DisposeAsync();
        folder.Dispose();
        vaultFolder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_vault_that_is_away_for_ten_minutes_at_the_start_is_waited_for()
    {
        await vault.StopVaultAsync();
        await using var service = await StartAsync();
        await log.Changed.UntilAsync(() => Leapt() > TimeSpan.FromMinutes(10), Token);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (await ProbeAsync(service, "live"), await ProbeAsync(service, "startup")));
        Assert.Contains("waiting for the key vault", await BodyAsync(service, "ready"), StringComparison.Ordinal);
        Assert.False(log.Has(Ready));

        await vault.StartVaultAsync(Token);
        await log.Changed.UntilAsync(() => log.Has(Ready), Token);
        Assert.Equal(HttpStatusCode.OK, await ProbeAsync(service, "startup"));
        Assert.Equal(1, vault.Calls.Done("unwrapkey"));
    }

    [Fact]
    public async Task A_role_that_counts_only_after_a_while_is_waited_for()
    {
        vault.Faults.Add(new Fault(FaultKind.ForbiddenByRbac, Times: 20));
        await using var service = await StartAsync();
        await log.Changed.UntilAsync(() => log.Has(Ready), Token);
        Assert.True(log.Has(Waiting));
        Assert.Equal(1, vault.Calls.Done("unwrapkey"));
    }

    [Theory]
    [InlineData(45, 45)]
    [InlineData(90, 90)]
    [InlineData(86_400, 300)]
    public async Task A_busy_vault_is_left_alone_as_long_as_it_asks_but_at_most_five_minutes(int asked, int waited)
    {
        vault.Faults.Add(new Fault(FaultKind.Throttled, Times: 2, RetryAfter: asked));
        await using var service = await StartAsync();
        await log.Changed.UntilAsync(() => log.Has(Ready), Token);
        Assert.Contains(TimeSpan.FromSeconds(waited), time.Waits);
        Assert.Equal(2, log.Lines.Count(line => line.Event == Waiting && line.Text.Contains($"again in {waited} s", StringComparison.Ordinal)
            && line.Text.Contains($"asks for {asked} s", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_vault_that_goes_away_in_flight_is_missed_by_nobody()
    {
        await using var service = await StartAsync();
        await log.Changed.UntilAsync(() => log.Has(Ready) && log.Has(510), Token);
        await vault.StopVaultAsync();
        using var caller = CoreCaller.Of(core, Address(service, 0), time);
        var script = new GroupScript("g1");
        using var alice = new Person("alice");
        await caller.ApplyAsync(script.Create(), script.Add(alice));
        time.Pass(TimeSpan.FromMinutes(10));
        var receipts = await caller.ApplyAsync(script.Remove(alice));
        Assert.All(receipts, receipt => Assert.Equal(Contracts.Membership.Outcome.Applied, receipt.Outcome));
        Assert.Equal(HttpStatusCode.OK, await ProbeAsync(service, "ready"));
    }

    private TimeSpan Leapt() => time.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait);

    private async Task<WebApplication> StartAsync()
    {
        var settings = folder.Settings(core);
        settings.Remove("Keys:Path");
        settings["Keys:VaultUrl"] = vault.VaultUrl.AbsoluteUri;
        settings["Posting:AttemptTimeoutMilliseconds"] = $"{attempt.TotalMilliseconds}";
        var app = ServiceHost.Build(ServiceFolder.Arguments(settings), services =>
        {
            services.AddLogging(logging => logging.ClearProviders().AddProvider(log));
            services.AddSingleton<TimeProvider>(time);
            services.AddSingleton<TokenCredential>(new StandInCredential(vault));
            services.AddSingleton(behaviour);
        });
        await app.StartAsync(Token);
        return app;
    }

    private async Task<HttpStatusCode> ProbeAsync(WebApplication service, string name)
    {
        using var answer = await probes.GetAsync(new Uri(Address(service, 1), $"/healthz/{name}"), Token);
        return answer.StatusCode;
    }

    private async Task<string> BodyAsync(WebApplication service, string name)
    {
        using var answer = await probes.GetAsync(new Uri(Address(service, 1), $"/healthz/{name}"), Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static Uri Address(WebApplication service, int index)
        => new(service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(index));

    private sealed class StandInCredential(StandIn vault) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var (token, expires) = vault.Tokens.Issue(requestContext.Scopes[0][..^"/.default".Length], vault.ClientId);
            return new AccessToken(token, DateTimeOffset.FromUnixTimeSeconds(expires));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
            => ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
