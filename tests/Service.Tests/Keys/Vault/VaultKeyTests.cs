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
        var first = await scene.OrganizationKey.GetPublicKeyAsync(mayCreate: false, Token);
        scene.Options.Value.OrganizationKeyVersion = scene.Vault.Keys.Find("organization-key")!.Newest.Version;
        scene.Vault.Keys.Rotate("organization-key");
        Assert.Equal(first.Thumbprint, (await scene.OrganizationKey.GetPublicKeyAsync(mayCreate: false, Token)).Thumbprint);
        var signature = await scene.OrganizationKey.SignAsync(new byte[] { 1, 2, 3 }, Token);
        Assert.True(first.Verify([1, 2, 3], signature));
        scene.Options.Value.OrganizationKeyVersion = "";
        Assert.NotEqual(first.Thumbprint, (await scene.OrganizationKey.GetPublicKeyAsync(mayCreate: false, Token)).Thumbprint);
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
            await scene.OrganizationKey.GetPublicKeyAsync(mayCreate: false, Token);
            await scene.Kek.GetCurrentIdAsync(mayCreate: false, Token);
        });
        Assert.False(refusal.Passes);
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }
}
