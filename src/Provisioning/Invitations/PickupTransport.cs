using System.Net.Mail;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Invitations;

/// <summary>Writes each mail as an <c>.eml</c> file into a folder, whole or not at all. Readable by the owner only: whoever has the link can accept.</summary>
internal sealed class PickupTransport(IOptions<InvitationOptions> options, TimeProvider time) : IMailTransport
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <inheritdoc/>
    public async Task SendAsync(MailMessage mail, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.Value.PickupFolder);
        System.IO.Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        var name = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var desk = Path.Combine(folder, $".{name}");
        System.IO.Directory.CreateDirectory(desk, OwnerOnly | UnixFileMode.UserExecute);
        try
        {
            using (var client = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = desk, DeliveryFormat = SmtpDeliveryFormat.International })
            {
                await client.SendMailAsync(mail, cancellationToken);
            }

            var written = System.IO.Directory.GetFiles(desk).Single();
            File.SetUnixFileMode(written, OwnerOnly);
            File.Move(written, Path.Combine(folder, $"{name}.eml"));
        }
        finally
        {
            System.IO.Directory.Delete(desk, recursive: true);
        }
    }
}
