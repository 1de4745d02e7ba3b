using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys;

/// <summary>Where the wrapping key and the organization key live: section <c>Keys</c> of the configuration.</summary>
public sealed class KeyOptions
{
    /// <summary>Folder of the local key files. For one machine and for trying out. Either this or <see cref="VaultUrl"/>.</summary>
    public string Path { get; set; } = "";

    /// <summary>The key vault, for example <c>https://name.vault.azure.net/</c>. Either this or <see cref="Path"/>.</summary>
    public Uri? VaultUrl { get; set; }

    /// <summary>Name of the key in the vault that wraps the root key (RSA). Default: <c>wrapping-key</c>.</summary>
    [RegularExpression("^[A-Za-z0-9-]{1,127}$")]
    public string WrappingKey { get; set; } = "wrapping-key";

    /// <summary>Name of the key in the vault that signs the service's identity (EC P-256). Default: <c>organization-key</c>.</summary>
    [RegularExpression("^[A-Za-z0-9-]{1,127}$")]
    public string OrganizationKey { get; set; } = "organization-key";

    /// <summary>Version of the organization key; default: the newest. Needed only where somebody made another version after the first start: members trust the first.</summary>
    [RegularExpression("^[A-Za-z0-9]{0,64}$")]
    public string OrganizationKeyVersion { get; set; } = "";
}

/// <summary>Checks what annotations cannot say: one keeper of the keys, and an address that fits.</summary>
internal sealed class KeyPlaceValidator : IValidateOptions<KeyOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, KeyOptions options)
    {
        var fault = (options.Path.Length > 0, options.VaultUrl) switch
        {
            (false, null) => "Keys:VaultUrl is missing: the address of the key vault, or set Keys:Path to a folder for trying out",
            (true, not null) => "Keys:Path and Keys:VaultUrl exclude each other: set the one where the keys are",
            (false, { IsAbsoluteUri: false }) => "Keys:VaultUrl must be an absolute address, for example https://name.vault.azure.net/",
            (false, { } url) when url.Scheme != Uri.UriSchemeHttps => "Keys:VaultUrl must be an https address",
            (false, { } url) when url.PathAndQuery != "/" || url is not { UserInfo: "", Fragment: "" } => "Keys:VaultUrl must be the vault's address, and nothing before or behind it",
            _ => null,
        };
        return fault is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(fault);
    }
}

/// <summary>Checks <see cref="KeyOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class KeyOptionsValidator : IValidateOptions<KeyOptions>;
