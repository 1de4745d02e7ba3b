using System.Net.Mail;
using System.Text.Json;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Settings;

namespace EncryptionService.Provisioning.Invitations;

/// <summary>Where a member's mail goes.</summary>
internal static class MailAddresses
{
    /// <summary>The primary one of the SCIM e-mail addresses, else the first that is an address, else the userName if it is one.</summary>
    /// <param name="profile">SCIM attributes, a JSON object.</param>
    /// <param name="userName">SCIM userName.</param>
    /// <returns>Null: there is none.</returns>
    public static MailAddress? Find(string profile, string userName)
    {
        foreach (var candidate in Candidates(profile).Append(userName))
        {
            if (PlainAddress.TryParse(candidate, out var address))
            {
                return address;
            }
        }

        return null;
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
