using System.Text.RegularExpressions;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>Where somebody is sent after signing in: a page of the panel, and nothing else.</summary>
internal static partial class ReturnPath
{
    /// <summary>The start page.</summary>
    public const string Start = "/admin";

    private const int Longest = 500;

    /// <summary>The path as it was given, if it is one of the panel; else the start page.</summary>
    public static string Of(string? given) => given is { Length: <= Longest } && Local().IsMatch(given) ? given : Start;

    // No escapes, no dots at the beginning of a segment, no empty segment: nothing that a browser would read in another way.
    [GeneratedRegex(@"\A/admin(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*(?:\?[A-Za-z0-9._=&+%-]*)?\z")]
    private static partial Regex Local();
}
