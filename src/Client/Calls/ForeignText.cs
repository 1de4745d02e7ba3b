using System.Globalization;
using System.Text;

namespace EncryptionService.Client;

/// <summary>Text from outside that people will see: one line, nothing that a terminal obeys or that turns text around.</summary>
internal static class ForeignText
{
    private const int MaxLength = 300;

    public static string Clean(string? text)
    {
        var clean = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (clean.Length >= MaxLength)
            {
                clean.Append('…');
                break;
            }

            clean.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned
                ? "?" : rune.ToString());
        }

        return clean.ToString();
    }
}
