using System.Net;
using System.Net.Mail;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Invitations;

/// <summary>Hands mails to an SMTP server.</summary>
internal sealed class SmtpTransport(IOptions<InvitationOptions> options, TimeProvider time) : IMailTransport
{
    /// <summary>Marks an exception: the server did not answer in time.</summary>
    public const string TimedOut = "timed out";

    /// <summary>For one mail.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async Task SendAsync(MailMessage mail, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        using var client = new SmtpClient(settings.SmtpHost, settings.SmtpPort)
        {
            EnableSsl = settings.SmtpTls,
            DeliveryFormat = SmtpDeliveryFormat.International,
            UseDefaultCredentials = false,
        };
        if (settings.SmtpUser is { Length: > 0 } user)
        {
            // Read anew for each mail, so that a new password needs no restart. The library takes it as a string only.
            var password = settings.SmtpPasswordFile is { } file ? (await File.ReadAllTextAsync(file, cancellationToken)).TrimEnd('\r', '\n') : "";
            client.Credentials = new NetworkCredential(user, password);
        }

        using var limit = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await client.SendMailAsync(mail, linked.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SmtpException(SmtpStatusCode.GeneralFailure, $"no answer within {Patience.TotalSeconds:0} s") { Data = { [TimedOut] = exception.Message } };
        }
    }
}
