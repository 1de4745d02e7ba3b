using System.Security.Cryptography;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Organizations;

namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>Codes for whoever has lost the authenticator app: ten, each good once, 80 random bits each, so that a plain hash is enough.</summary>
internal static class RecoveryCodes
{
    /// <summary>How many there are.</summary>
    public const int Count = 10;

    private const int Group = 4;
    private const int Groups = 4;

    // Without letters that look like digits.
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>New codes for an administrator.</summary>
    /// <returns>The codes, to be shown once, and the rows to keep.</returns>
    public static (IReadOnlyList<string> Codes, IReadOnlyList<RecoveryCodeRow> Rows) Create(string administrator)
    {
        string[] codes = [.. Enumerable.Range(0, Count).Select(_ => string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Alphabet, Group))))];
        return (codes, [.. codes.Select(code => new RecoveryCodeRow { AdministratorId = administrator, Hash = HashOf(code)! })]);
    }

    /// <summary>The hash of what was typed, however it was grouped; null: that is no code.</summary>
    public static string? HashOf(string typed)
    {
        if (typed.Length > 64)
        {
            return null;
        }

        var letters = string.Concat(typed.ToLowerInvariant().Where(letter => letter != '-' && !char.IsWhiteSpace(letter)));
        return letters.Length == Group * Groups && letters.All(letter => Alphabet.Contains(letter, StringComparison.Ordinal)) ? OneTimeSecret.HashOf(letters) : null;
    }
}
