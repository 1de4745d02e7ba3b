using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace EncryptionService.Provisioning.Invitations;

/// <summary>The mail that carries an invitation: one part, plain text, the link alone on its line and unbroken, so that it can be read from the bytes.</summary>
internal static class InvitationMail
{
    private static readonly Encoding utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes it.</summary>
    /// <param name="from">Sender.</param>
    /// <param name="to">The member's address.</param>
    /// <param name="organization">Name of the organization.</param>
    /// <param name="link">The invitation.</param>
    /// <param name="days">Days that it is good.</param>
    /// <param name="id">For the Message-ID.</param>
    public static MailMessage Write(MailAddress from, MailAddress to, string organization, Uri link, int days, Guid id)
    {
        var body = Body(organization, link, days);
        var mail = new MailMessage(from, to)
        {
            Subject = "Your invitation to Encryption Service",
            Body = body,
            BodyEncoding = utf8,
            // Neither of these folds lines; quoted-printable and base64 would.
            BodyTransferEncoding = Ascii.IsValid(body) ? TransferEncoding.SevenBit : TransferEncoding.EightBit,
        };
        mail.Headers.Add("Message-ID", $"<{id:N}@{from.Host}>");
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }

    private static string Body(string organization, Uri link, int days) => string.Join("\r\n",
        "Hello,",
        "",
        $"{OneLine(organization)} invites you to Encryption Service, with which you open the vault keys of your groups.",
        "",
        "To accept, open this link in a browser, or give it to the program eec (eec member accept <link>):",
        "",
        link.AbsoluteUri,
        "",
        $"The link is yours alone, so please do not pass this mail on. It can be used for {days} days, and once.",
        "If you have been told nothing of this, you need not do anything.",
        "");

    // A name must not look like a second paragraph, nor like a link of its own.
    private static string OneLine(string name) => string.Concat(name.Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? ' ' : letter));
}
