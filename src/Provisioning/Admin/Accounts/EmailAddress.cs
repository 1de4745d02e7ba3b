namespace EncryptionService.Provisioning.Admin.Accounts;

/// <summary>E-mail addresses that administrators sign in with. Nothing is sent to them.</summary>
internal static class EmailAddress
{
    private const int Longest = 254;

    /// <summary>True for one name, one <c>@</c> and a host, without blanks.</summary>
    public static bool IsPlain(string text) =>
        text.Length <= Longest && text.Split('@') is [{ Length: > 0 }, { Length: > 2 } host] && host.Contains('.', StringComparison.Ordinal)
        && !text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter is '<' or '>' or '"' or ',' or ';');
}
