using EncryptionService.Service.Keys;
using Xunit;

namespace EncryptionService.Service.Tests.Keys;

/// <summary>Which settings name one keeper of the keys (docs/spec/keys.md, section 1).</summary>
public sealed class KeyPlaceTests
{
    [Theory]
    [InlineData("", "https://v.vault.azure.net/", true)]
    [InlineData("", "https://v.vault.azure.net", true)]
    [InlineData("/keys", null, true)]
    [InlineData("", null, false)]
    [InlineData("/keys", "https://v.vault.azure.net/", false)]
    [InlineData("", "v.vault.azure.net", false)]
    [InlineData("", "http://v.vault.azure.net/", false)]
    [InlineData("", "https://v.vault.azure.net/keys", false)]
    [InlineData("", "https://v.vault.azure.net/?x=1", false)]
    [InlineData("", "https://v.vault.azure.net/#x", false)]
    [InlineData("", "https://someone@v.vault.azure.net/", false)]
    public void One_keeper_and_a_vaults_bare_address(string path, string? vault, bool fits)
    {
        var options = new KeyOptions { Path = path, VaultUrl = vault is null ? null : new Uri(vault, UriKind.RelativeOrAbsolute) };
        Assert.Equal(fits, new KeyPlaceValidator().Validate(null, options).Succeeded);
    }
}
