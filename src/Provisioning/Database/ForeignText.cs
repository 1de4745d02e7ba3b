using System.Text;

namespace EncryptionService.Provisioning.Database;

/// <summary>Text that came from elsewhere, made fit to be kept and shown: a service's words, a mail server's.</summary>
internal static class ForeignText
{
    /// <summary>One line of at most so many characters, without control characters, and without halves of characters, which PostgreSQL does not store.</summary>
    public static string OneLine(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > most)
            {
                break;
            }

            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return line.ToString();
    }
}
