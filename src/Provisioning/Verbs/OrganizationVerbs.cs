using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Verbs;

/// <summary>Organizations, and the secrets that are handed out for them.</summary>
internal static class OrganizationVerbs
{
    private const int LongestName = 200;

    /// <summary><c>org create</c>.</summary>
    public static async Task<int> CreateAsync(IServiceProvider rooms, Output output, string id, string name, CancellationToken cancellationToken)
    {
        if (!OrganizationId.TryParse(id, out _))
        {
            return output.Wrong("The id of an organization is 1 to 64 characters from A-Z, a-z, 0-9, '.', '_' and '-'.");
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl))
        {
            return output.Wrong($"The name of an organization is 1 to {LongestName} characters in one line.");
        }

        return await rooms.GetRequiredService<OrganizationBook>().CreateAsync(id, name, Actor.Command, cancellationToken)
            ? output.Done(
                new JsonObject { ["organization"] = id, ["name"] = name },
                $"Made organization {id}.", "Next: 'connection create' for its IdP, 'service configure' for its encryption service.")
            : output.Refuse($"There is an organization {id} already. Nothing has changed.");
    }

    /// <summary><c>org list</c>.</summary>
    public static async Task<int> ListAsync(IServiceProvider rooms, Output output, CancellationToken cancellationToken)
    {
        var rows = await rooms.GetRequiredService<OrganizationBook>().ListAsync(cancellationToken);
        return output.Done(
            new JsonArray([.. rows.Select(row => new JsonObject { ["organization"] = row.Id, ["name"] = row.Name, ["createdAt"] = Output.Time(row.CreatedAt) })]),
            rows.Count == 0
                ? ["There is no organization yet: 'org create <id> --name <name>' makes one."]
                : Output.Table(["ORGANIZATION", "NAME", "SINCE"], [.. rows.Select(row => (IReadOnlyList<string>)[row.Id, row.Name, Output.Time(row.CreatedAt)!])]));
    }

    /// <summary><c>operator token</c>.</summary>
    public static async Task<int> OperatorTokenAsync(IServiceProvider rooms, Output output, string organization, bool replace, CancellationToken cancellationToken) =>
        await rooms.GetRequiredService<OrganizationBook>().OperatorTokenAsync(organization, replace, Actor.Command, cancellationToken) is { } token
            ? output.Done(
                new JsonObject { ["organization"] = organization, ["operatorToken"] = token },
                $"operator token   {token}", "It is shown once. It lets operators read what is pending and hand in what they signed; it signs nothing.",
                replace ? "The tokens before it are good no more." : "The tokens before it, if any, stay good: --replace ends them.")
            : output.NoOrganization(organization);

    /// <summary><c>admin link</c>.</summary>
    public static async Task<int> AdminLinkAsync(IServiceProvider rooms, Output output, string organization, CancellationToken cancellationToken)
    {
        if (await rooms.GetRequiredService<OrganizationBook>().AdminTokenAsync(organization, Actor.Command, cancellationToken) is not { } token)
        {
            return output.NoOrganization(organization);
        }

        var link = new Uri(rooms.GetRequiredService<IOptions<ProvisioningOptions>>().Value.PublicAddress, $"/admin/welcome/{token}");
        return output.Done(
            new JsonObject { ["organization"] = organization, ["link"] = link.AbsoluteUri },
            link.AbsoluteUri, $"Good once, for {OrganizationBook.AdminLinkValidity.TotalHours:0} hours. It is shown once.");
    }
}
