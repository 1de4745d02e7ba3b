using EncryptionService.Provisioning.Directory;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>Which passwords may be chosen: long ones that nobody tries first. No rule asks for certain characters.</summary>
internal static class PasswordRules
{
    /// <summary>Fewest characters.</summary>
    public const int Shortest = 12;

    /// <summary>Most characters.</summary>
    public const int Longest = 256;

    private const int ShortestWord = 3;

    // What guessing begins with, of the passwords that are long enough, and what they are made of.
    private static readonly string[] worst =
    [
        "PASSWORD", "PASSWORT", "PASSW0RD", "P@SSWORD", "P@SSW0RD", "QWERTY", "QWERTZ", "AZERTY", "ASDFGH", "ZXCVBN", "1Q2W3E4R", "1QAZ2WSX", "ABCDEF", "ADMINISTRATOR",
        "ADMIN", "WELCOME", "LETMEIN", "CHANGEME", "ILOVEYOU", "MONKEY", "DRAGON", "FOOTBALL", "BASEBALL", "SUNSHINE", "PRINCESS", "SUPERMAN", "MICROSOFT", "AZURE", "OKTA",
        "ENCRYPTION", "SERVICE", "SECRET", "TRUSTNO1", "CORRECTHORSEBATTERYSTAPLE", "SUMMER", "WINTER", "SPRING", "AUTUMN", "1234567890", "0123456789", "987654321", "12345", "11111", "00000",
    ];

    /// <summary>What is wrong with a password, for whoever chose it; null: nothing.</summary>
    /// <param name="password">The password.</param>
    /// <param name="own">Words that anybody knows: e-mail address, own name, the organization's.</param>
    public static string? WhyNot(string password, params string[] own)
    {
        if (password.Length < Shortest)
        {
            return $"Choose a password of at least {Shortest} characters. Several words are good.";
        }

        if (password.Length > Longest)
        {
            return $"Choose a password of at most {Longest} characters.";
        }

        // Whatever is left without the words that are tried first has to be long enough to count.
        var left = Folding.Fold(password);
        foreach (var word in worst.Concat(own.SelectMany(Words)).OrderByDescending(word => word.Length))
        {
            left = left.Replace(word, "", StringComparison.Ordinal);
        }

        return left.Distinct().Count() < 5 || left.Count(letter => !char.IsWhiteSpace(letter)) < 6
            ? "Choose another password: this one is made of words that are tried first, of your own names, or of few different characters."
            : null;
    }

    private static IEnumerable<string> Words(string text) =>
        Folding.Fold(text).Split([' ', '@', '.', '-', '_', '+', ',', '\''], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length >= ShortestWord);
}
