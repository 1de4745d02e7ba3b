using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Keys;

/// <summary>Where the wrapping key and the organization key live: section <c>Keys</c> of the configuration.</summary>
public sealed class KeyOptions
{
    /// <summary>Folder of the local key files. For one machine and for trying out. Required.</summary>
    [Required]
    public string Path { get; set; } = "";
}

/// <summary>Checks <see cref="KeyOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class KeyOptionsValidator : IValidateOptions<KeyOptions>;
