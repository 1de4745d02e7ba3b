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
    public async Task A_redirect_is_not_followed()
    {
        await scene.Kek.GetCurrentIdAsync(false, Token);
        scene.Vault.Intercept = context =>
        {
            context.Response.StatusCode = 307;
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
    [InlineData("v.vault.azure.net", "https://vault.azure.cn", false)]
    [InlineData("127.0.0.1", "https://0.0.1", false)]
    public void A_resource_is_the_host_or_a_domain_above_it(string host, string resource, bool fits)
        => Assert.Equal(fits, VaultChallenge.Parse($"Bearer authorization=\"https://login.example/t1\", resource=\"{resource}\"")!.IsMeantFor(host));

    [Theory]
    [InlineData("Basic realm=\"x\"")]
    [InlineData("Bearer resource=\"http://vault.azure.net\"")]
    [InlineData("Bearer resource=\"https://a@vault.azure.net\"")]
    [InlineData("Bearer resource=\"https://vault.azure.net?x=1\"")]
    [InlineData("Bearer resource=\"https://vault.azure.net\", resource=\"https://evil.example\"")]
    [InlineData("Bearer realm=\"x\"")]
    public void What_is_no_challenge_of_a_vault_is_none(string header) => Assert.Null(VaultChallenge.Parse(header));

    [Fact]
    public void Tenant_and_scope_are_read()
    {
        var challenge = VaultChallenge.Parse("Bearer authorization=\"https://login.example/t1\", scope=\"https://vault.azure.net/.default\"")!;
        Assert.Equal(("t1", "vault.azure.net"), (challenge.Tenant, challenge.Resource.Host));
    }

    private ValueTask<string> IdAsync() => scene.Kek.GetCurrentIdAsync(false, Token);
}
