using System.Text.Json;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Directory;

/// <summary>How a member is shown and found: a name, an address, and all that is searched, from the SCIM attributes.</summary>
internal static class Listing
{
    /// <summary>Longest name that is shown; also what an index can hold.</summary>
    public const int LongestName = 200;

    private const int LongestText = 2_000;
    private const int MostMails = 10;
    private static readonly string[] nameParts = ["formatted", "givenName", "middleName", "familyName"];

    /// <summary>A new row for a member.</summary>
    public static ListingRow Of(MemberRow member)
    {
        var row = new ListingRow { MemberId = member.Id, OrganizationId = member.OrganizationId, Name = "", NameKey = "", Text = "" };
        Write(row, member);
        return row;
    }

    /// <summary>Makes a row say what the member's attributes say now.</summary>
    public static void Write(ListingRow row, MemberRow member)
    {
        var profile = Read(member.Profile);
        var name = profile?["name"] as JsonObject;
        List<string?> parts = [.. nameParts.Select(part => TextOf(name?[part]))];
        List<string> mails = [.. MailsOf(profile)];
        var full = string.Join(' ', new[] { parts[1], parts[3] }.Where(part => !string.IsNullOrWhiteSpace(part)));
        row.Name = ForeignText.OneLine(FirstOf(member.DisplayName, parts[0], full, member.UserName), LongestName);
        row.NameKey = ForeignText.OneLine(Folding.Fold(row.Name), LongestName);
        row.Mail = mails.Count == 0 ? null : ForeignText.OneLine(mails[0], LongestName);
        var searched = new[] { member.UserName, member.DisplayName }.Concat(parts).Append(full).Concat(mails).Where(text => !string.IsNullOrWhiteSpace(text)).Distinct(StringComparer.Ordinal);
        row.Text = ForeignText.OneLine(Folding.Fold(string.Join('\n', searched)), LongestText);
    }

    private static string FirstOf(params IEnumerable<string?> names) => names.First(name => !string.IsNullOrWhiteSpace(name))!.Trim();

    private static JsonObject? Read(string profile)
    {
        try
        {
            return JsonNode.Parse(profile) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The primary one first.</summary>
    private static IEnumerable<string> MailsOf(JsonObject? profile) => (profile?["emails"] as JsonArray ?? []).OfType<JsonObject>()
        .OrderByDescending(mail => mail["primary"] is JsonValue primary && primary.TryGetValue(out bool value) && value)
        .Select(mail => TextOf(mail["value"])).OfType<string>().Where(text => text.Length > 0).Take(MostMails);

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
