using System.Text;

namespace EncryptionService.Formats;

/// <summary>What members pin, as a code for people: the thumbprint of the organization key and a check against typing errors (member.md, section 9).</summary>
public static class OrganizationCode
{
    /// <summary>Characters of a code.</summary>
    public const int Length = Checked + 1 + CheckLength;

    private const string Prefix = "eec1-";
    private const int ThumbprintLength = 43;
    private const int Checked = 5 + ThumbprintLength;
    private const int CheckLength = 4;

    /// <summary>The code of an organization key.</summary>
    /// <param name="organizationKey">Thumbprint of the organization key.</param>
    /// <returns><c>eec1-</c>, 43 characters, <c>-</c>, 4 characters.</returns>
    public static string Format(Thumbprint organizationKey)
    {
        var body = $"{Prefix}{organizationKey}";
        return $"{body}-{CheckOf(body)}";
    }

    /// <summary>Reads a code, exactly as it is printed.</summary>
    /// <param name="text">The code.</param>
    /// <param name="organizationKey">Thumbprint of the organization key.</param>
    /// <param name="error">What is wrong, in one line; empty on success.</param>
    public static bool TryParse(string? text, out Thumbprint organizationKey, out string error)
    {
        organizationKey = default;
        if (text is null || text.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[Checked] != '-')
        {
            error = $"is no organization code: it has {Length} characters and begins with {Prefix}";
            return false;
        }

        var body = text[..Checked];
        if (!string.Equals(text[(Checked + 1)..], CheckOf(body), StringComparison.Ordinal) || !Thumbprint.TryParse(body.AsSpan(Prefix.Length), out organizationKey))
        {
            organizationKey = default;
            error = "has a typing error: its last characters do not fit the others";
            return false;
        }

        error = "";
        return true;
    }

    private static string CheckOf(string body) => Digest32.Of(Encoding.ASCII.GetBytes(body)).ToString()[..CheckLength];
}
