using System.Net.Mail;

namespace EncryptionService.Provisioning.Invitations;

/// <summary>Brings mails on their way.</summary>
internal interface IMailTransport
{
    /// <summary>Hands one over.</summary>
    /// <exception cref="SmtpException">It was not taken.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    Task SendAsync(MailMessage mail, CancellationToken cancellationToken);
}
