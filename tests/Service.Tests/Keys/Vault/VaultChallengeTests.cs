using EncryptionService.Service.Keys;
using EncryptionService.Service.Keys.Vault;
using Xunit;

namespace EncryptionService.Service.Tests.Keys.Vault;

/// <summary>Nobody gets a token, or a key, who is not the vault (docs/spec/keys.md, section 3).</summary>
public sealed class VaultChallengeTests : IAsyncLifetime
{
    private VaultScene scene = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => scene = await VaultScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task The_first_request_shows_neither_token_nor_body_and_later_ones_ask_no_more()
    {
        await scene.Client.WrapKeyAsync(new Uri(await IdAsync()), "RSA-OAEP-256"u8.ToArray(), new byte[32], Token);
        await scene.Client.WrapKeyAsync(new Uri(await IdAsync()), "RSA-OAEP-256"u8.ToArray(), new byte[32], Token);
        var calls = scene.Vault.Calls.Calls;
        Assert.Equal((401, "", 0L), (calls[0].Status, calls[0].Authorization, calls[0].BodyLength));
        Assert.All(calls.Skip(1), call => Assert.Equal(200, call.Status));
    }

    [Fact]
    public async Task A_first_request_with_a_body_keeps_it_back_until_the_challenge_was_looked_at()
    {
        var key = new Uri(scene.Vault.VaultUrl, $"/keys/wrapping-key/{scene.Vault.Keys.Find("wrapping-key")!.Newest.Version}");
        await scene.Client.WrapKeyAsync(key, "RSA-OAEP-256"u8.ToArray(), new byte[32], Token);
        Assert.Equal(0, scene.Vault.Calls.Calls[0].BodyLength);
        Assert.True(scene.Vault.Calls.Calls[1].BodyLength > 40);
    }

    [Theory]
    [InlineData("https://vault.azure.net")]
    [InlineData("https://management.azure.com")]
    [InlineData("https://host")]
    [InlineData("https://ocalhost")]
    [InlineData("https://localhost.evil.example")]
    [InlineData("http://localhost")]
    [InlineData("https://localhost:8443")]
    [InlineData("https://localhost/keys")]
    [InlineData("https://someone@localhost")]
    [InlineData("https://localhost?x=1")]
    [InlineData("localhost")]
    public async Task A_resource_that_is_not_the_vaults_own_gets_no_token(string resource)
    {
        scene.Vault.Resource = resource;
        var failure = await Assert.ThrowsAsync<KeyUnavailableException>(async () => await scene.Kek.WrapAsync(new byte[32], Token));
        Assert.False(failure.Passes);
        Assert.Contains("Keys:VaultUrl", failure.Message, StringComparison.Ordinal);
        Assert.Empty(scene.Credential.Asked);
        Assert.All(scene.Vault.Calls.Calls, call => Assert.Equal(("", 0L), (call.Authorization, call.BodyLength)));
    }

    [Fact]
    public void What_a_stranger_names_is_shown_only_if_it_looks_like_an_address()
    {
        static string Shown(string resource) => new VaultChallenge(resource, null).Shown;
        Assert.Equal("https://evil.example/x", Shown("https://evil.example/x"));
        Assert.All([new string('a', 200), "https://a b", "https://a\u001b[31m"], text => Assert.Equal("something that is no address", Shown(text)));
    }

    /// <summary>The scene's client is the service's own, handler included; only its trust is the test's.</summary>
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await scene.Kek.GetCurrentIdAsync(false, Token);
        scene.Vault.Intercept = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = $"{scene.Vault.VaultUrl}elsewhere";
            return Task.FromResult(true);
        };
        var before = scene.Vault.Calls.Calls.Count;
        await Assert.ThrowsAsync<KeyUnavailableException>(async () => await scene.Kek.GetCurrentIdAsync(false, Token));
        Assert.Equal(before + 1, scene.Vault.Calls.Calls.Count);
    }

    [Theory]
    [InlineData("v.vault.azure.net", "https://vault.azure.net", true)]
    [InlineData("V.VAULT.azure.net", "https://vault.azure.net", true)]
    [InlineData("v.vault.azure.net", "https://v.vault.azure.net", true)]
    [InlineData("vvault.azure.net", "https://vault.azure.net", false)]
    [InlineData("v.vault.azure.net", "https://net", false)]
    [InlineData("v.vault.azure.net", "https://azure.net", false)]
    [InlineData("v.privatelink.vaultcore.azure.net", "https://vaultcore.azure.net", false)]
    [InlineData("v.vault.azure.net", "https://vault.azure.net/", true)]
    [InlineData("v.vault.azure.net", "https://vault.azure.net//", false)]
    [InlineData("v.vault.azure.net", "https://vault.azure.net:443", false)]
    [InlineData("v.vault.azure.net", "https://vault.azure.net:8443", false)]
    [InlineData("v.vault.azure.net", "https://vault.azure.net/.default", false)]
    [InlineData("v.vault.azure.net", "https://vault.azure.net/x/..", false)]
    [InlineData("v.vault.azure.net", "https://vault.azure.net.", false)]
    [InlineData("v.vault.azure.net", " https://vault.azure.net", false)]
    [InlineData("v.vault.azure.net", "http://vault.azure.net", false)]
    [InlineData("v.vault.azure.net", "https://a@vault.azure.net", false)]
    [InlineData("v.vault.azure.net", "https://vault.azure.net?x=1", false)]
    [InlineData("v.vault.azure.net", "https://vault.azure.net#x", false)]
    [InlineData("v.vault.azure.cn", "https://vault.azure.cn", true)]
    [InlineData("v.vault.usgovcloudapi.net", "https://vault.usgovcloudapi.net", true)]
    [InlineData("v.managedhsm.azure.net", "https://managedhsm.azure.net", true)]
    [InlineData("v.managedhsm.azure.net", "https://vault.azure.net", false)]
    [InlineData("azure.net", "https://net", false)]
    [InlineData("localhost", "https://localhost", true)]
    [InlineData("v.vault.azure.net", "https://vault.azure.cn", false)]
    [InlineData("127.0.0.1", "https://0.0.1", false)]
    public void A_resource_is_the_host_or_the_domain_right_above_it(string host, string resource, bool fits)
        => Assert.Equal(fits, VaultChallenge.Parse($"Bearer authorization=\"https://login.example/t1\", resource=\"{resource}\"")!.IsMeantFor(host));

    [Theory]
    [InlineData("Basic realm=\"x\"")]
    [InlineData("Bearer resource=\"https://vault.azure.net\", scope=\"https://evil.example/.default\"")]
    [InlineData("Bearer resource=\"https://vault.azure.net\", resource=\"https://evil.example\"")]
    [InlineData("Bearer realm=\"x\"")]
    public void What_is_no_challenge_of_a_vault_is_none(string header) => Assert.Null(VaultChallenge.Parse(header));

    [Fact]
    public void Tenant_and_scope_are_read()
    {
        var challenge = VaultChallenge.Parse("Bearer authorization=\"https://login.example/t1\", scope=\"https://vault.azure.net/.default\"")!;
        Assert.Equal(("t1", "https://vault.azure.net"), (challenge.Tenant, challenge.Resource));
    }

    private ValueTask<string> IdAsync() => scene.Kek.GetCurrentIdAsync(false, Token);
}
