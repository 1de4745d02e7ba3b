using System.Diagnostics.CodeAnalysis;
using System.Net.Mail;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Invitations;

/// <summary>Where a member's mail goes.</summary>
internal static class MailAddresses
{
    private const int Longest = 254;

    /// <summary>The primary one of the SCIM e-mail addresses, else the first that is an address, else the userName if it is one.</summary>
    /// <param name="profile">SCIM attributes, a JSON object.</param>
    /// <param name="userName">SCIM userName.</param>
    /// <returns>Null: there is none.</returns>
    public static MailAddress? Find(string profile, string userName)
    {
        foreach (var candidate in Candidates(profile).Append(userName))
        {
            if (TryParse(candidate, out var address))
            {
                return address;
            }
        }

        return null;
    }

    /// <summary>Reads one plain address: no display name, no comment, nothing that could end a header line.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        return text is { Length: > 2 and <= Longest }
            && !text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || char.IsSurrogate(letter) || letter is '<' or '>' or ',' or ';' or '"' or '(' or ')' or '\\' or '\u2028' or '\u2029')
            && MailAddress.TryCreate(text, out address)
            && address.Address == text;
    }

    private static IEnumerable<string?> Candidates(string profile)
    {
        JsonNode? emails;
        try
        {
            emails = JsonNode.Parse(profile)?["emails"];
        }
        catch (JsonException)
        {
            yield break;
        }

        var entries = emails is JsonArray array ? array.OfType<JsonObject>().ToList() : [];
        foreach (var entry in entries.OrderByDescending(entry => entry["primary"] is JsonValue primary && primary.TryGetValue(out bool value) && value))
        {
            yield return entry["value"] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        }
    }
}
