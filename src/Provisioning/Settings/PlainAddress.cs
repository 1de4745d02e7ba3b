using System.Diagnostics.CodeAnalysis;
using System.Net.Mail;

namespace EncryptionService.Provisioning.Settings;

/// <summary>E-mail addresses that may stand in a header.</summary>
internal static class PlainAddress
{
    private const int Longest = 254;

    /// <summary>Reads one plain address: no display name, no comment, nothing that could end a header line.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        return text is { Length: > 2 and <= Longest }
            && !text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || char.IsSurrogate(letter) || letter is '<' or '>' or ',' or ';' or '"' or '(' or ')' or '\\' or '\u2028' or '\u2029')
            && MailAddress.TryCreate(text, out address)
            && address.Address == text;
    }
}
