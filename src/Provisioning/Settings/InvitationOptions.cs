using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Settings;

/// <summary>How invitations reach people: section <c>Invitations</c> of the configuration.</summary>
public sealed class InvitationOptions : IValidatableObject
{
    /// <summary>Folder that mails are written to, one <c>.eml</c> each. Used where no SMTP host is set. Default <c>.data/mail</c>.</summary>
    [Required]
    public string PickupFolder { get; set; } = Path.Combine(".data", "mail");

    /// <summary>SMTP host; none: mails go to the pickup folder.</summary>
    public string? SmtpHost { get; set; }

    /// <summary>SMTP port. Default 587.</summary>
    [Range(1, 65_535)]
    public int SmtpPort { get; set; } = 587;

    /// <summary>STARTTLS. Default true.</summary>
    public bool SmtpTls { get; set; } = true;

    /// <summary>SMTP user name; none: no authentication.</summary>
    public string? SmtpUser { get; set; }

    /// <summary>File that holds the SMTP password.</summary>
    public string? SmtpPasswordFile { get; set; }

    /// <summary>Sender. Default <c>no-reply@localhost</c>.</summary>
    [Required]
    public string From { get; set; } = "no-reply@localhost";

    /// <summary>Days that an invitation's link is good. Default 30.</summary>
    [Range(1, 365)]
    public int DaysValid { get; set; } = 30;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!PlainAddress.TryParse(From, out _))
        {
            yield return new ValidationResult("Invitations:From must be one plain e-mail address.", [nameof(From)]);
        }

        if (SmtpPasswordFile is { } file && !File.Exists(file))
        {
            yield return new ValidationResult("Invitations:SmtpPasswordFile does not exist.", [nameof(SmtpPasswordFile)]);
        }
    }
}

/// <summary>Checks <see cref="InvitationOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class InvitationOptionsValidator : IValidateOptions<InvitationOptions>;
