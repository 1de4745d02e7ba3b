using System.Text;

namespace EncryptionService.Client;

/// <summary>Normalization form C without a copy that nobody zeroes.</summary>
/// <remarks>
/// A runtime without Unicode tables (invariant globalization) leaves text as it is. There, only text passes that is composed whatever
/// follows it: refusing a passphrase is better than deriving another key from it on the next machine.
/// </remarks>
internal static class NormalForm
{
    /// <summary>Longest growth of a text by composition, in characters for one.</summary>
    public const int MaxGrowth = 3;

    /// <summary>First and last characters of stretches in which nothing decomposes, and nothing composes with what stands before it.</summary>
    private static readonly (char First, char Last)[] stable =
    [
        ('\u0020', '\u02FF'), // Latin
        ('\u0388', '\u03FF'), ('\u0400', '\u0482'), ('\u048A', '\u052F'), // Greek, Cyrillic
        ('\u0531', '\u0556'), ('\u0561', '\u0587'), ('\u05D0', '\u05EA'), ('\u0620', '\u064A'), // Armenian, Hebrew, Arabic
        ('\u2010', '\u2027'), ('\u2030', '\u205E'), ('\u20A0', '\u20BF'), // punctuation, currencies
        ('\u3041', '\u3096'), ('\u30A1', '\u30FA'), ('\u4E00', '\u9FFF'), ('\uAC00', '\uD7A3'), // Kana, Han, Hangul
    ];

    private static readonly bool runtimeComposes = "e\u0301".Normalize(NormalizationForm.FormC).Length == 1;

    /// <summary>Writes the composed text; false if it cannot be known here.</summary>
    public static bool TryCompose(ReadOnlySpan<char> text, Span<char> composed, out int written)
    {
        if (IsStable(text))
        {
            written = text.Length;
            return text.TryCopyTo(composed);
        }

        written = 0;
        try
        {
            return runtimeComposes && text.TryNormalize(composed, out written, NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return false; // lone surrogates
        }
    }

    private static bool IsStable(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!Array.Exists(stable, range => character >= range.First && character <= range.Last))
            {
                return false;
            }
        }

        return true;
    }
}
