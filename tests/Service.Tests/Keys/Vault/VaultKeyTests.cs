using EncryptionService.Compliance;
using EncryptionService.Service.Keys;
using Xunit;

namespace EncryptionService.Service.Tests.Keys.Vault;

/// <summary>The suite of all wrapping keys, over a key vault.</summary>
public sealed class VaultKeyEncryptionKeyTests : KeyEncryptionKeyCompliance, IAsyncLifetime
{
    private VaultScene scene = null!;

    public async ValueTask InitializeAsync() => scene = await VaultScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    private protected override ValueTask<IKeyEncryptionKey> OpenAsync() => ValueTask.FromResult<IKeyEncryptionKey>(scene.Kek);

    private protected override void Rotate() => scene.Vault.Keys.Rotate("wrapping-key");

    private protected override void Remove(string id) => scene.Vault.Keys.Change("wrapping-key", id.Split('/')[^1], version => version with { Enabled = false });
}

/// <summary>The suite of all organization keys, over a key vault, and what only a vault can do.</summary>
public sealed class VaultOrganizationKeyTests : OrganizationKeyCompliance, IAsyncLifetime
{
    private VaultScene scene = null!;

    public async ValueTask InitializeAsync() => scene = await VaultScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    private protected override ValueTask<IOrganizationKey> OpenAsync() => ValueTask.FromResult<IOrganizationKey>(scene.OrganizationKey);

    [Fact]
    public async Task A_named_version_stays_the_organizations_key_whatever_is_made_after_it()
    {
        var first = await scene.OrganizationKey.GetVersionAsync(mayCreate: false, Token);
        scene.Options.Value.OrganizationKeyVersion = scene.Vault.Keys.Find("organization-key")!.Newest.Version;
        scene.Vault.Keys.Rotate("organization-key");
        Assert.Equal(first.Public.Thumbprint, (await scene.OrganizationKey.GetVersionAsync(mayCreate: false, Token)).Public.Thumbprint);
        var signature = await scene.OrganizationKey.SignAsync(first, new byte[] { 1, 2, 3 }, Token);
        Assert.True(first.Public.Verify([1, 2, 3], signature));
        scene.Options.Value.OrganizationKeyVersion = "";
        Assert.NotEqual(first.Public.Thumbprint, (await scene.OrganizationKey.GetVersionAsync(mayCreate: false, Token)).Public.Thumbprint);
    }

    [Fact]
    public async Task A_version_that_was_read_signs_though_a_newer_one_was_made_since()
    {
        var read = await scene.OrganizationKey.GetVersionAsync(mayCreate: true, Token);
        scene.Vault.Keys.Rotate("organization-key");
        var signature = await scene.OrganizationKey.SignAsync(read, new byte[] { 1, 2, 3 }, Token);
        Assert.True(read.Public.Verify([1, 2, 3], signature));
        Assert.Equal(read.Id.Split('/')[^1], scene.Vault.Calls.Calls.Single(call => call.Operation == "sign").Version);
    }

    [Fact]
    public async Task A_version_of_another_vault_signs_nothing()
    {
        var read = await scene.OrganizationKey.GetVersionAsync(mayCreate: true, Token);
        var foreign = read with { Id = $"https://other.example/keys/organization-key/{read.Id.Split('/')[^1]}" };
        await Assert.ThrowsAsync<KeyUnavailableException>(async () => await scene.OrganizationKey.SignAsync(foreign, new byte[] { 1 }, Token));
        Assert.Equal(0, scene.Vault.Calls.Done("sign"));
    }

    [Theory]
    [InlineData("RSA", 2048, "organization-key")]
    [InlineData("EC", 384, "organization-key")]
    [InlineData("EC", 256, "wrapping-key")]
    public async Task A_key_of_the_wrong_kind_is_refused_and_named(string type, int bits, string name)
    {
        scene.Vault.Keys.Create(name, type, bits);
        var refusal = await Assert.ThrowsAsync<KeyUnavailableException>(async () =>
        {
            await scene.OrganizationKey.GetVersionAsync(mayCreate: false, Token);
            await scene.Kek.GetCurrentIdAsync(mayCreate: false, Token);
        });
        Assert.False(refusal.Passes);
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }
}
