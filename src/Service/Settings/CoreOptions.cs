using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Settings;

/// <summary>Which core this service belongs to: section <c>Core</c> of the configuration.</summary>
public sealed class CoreOptions
{
    /// <summary>Base address of the core. Required; https unless it is a loopback address.</summary>
    [Required]
    public Uri? Url { get; set; }

    /// <summary>Id of the core: the audience of this service's tokens. Required.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$")]
    public string Id { get; set; } = "";

    /// <summary>The core's public call key for this organization, a JWK. Required.</summary>
    [Required]
    public string CallKey { get; set; } = "";
}

/// <summary>Checks <see cref="CoreOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class CoreOptionsValidator : IValidateOptions<CoreOptions>;
