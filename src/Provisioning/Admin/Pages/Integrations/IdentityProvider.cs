using EncryptionService.Provisioning.Admin.Web;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;

namespace EncryptionService.Provisioning.Admin.Pages;

/// <summary>What an identity provider calls things.</summary>
/// <param name="Kind">Kind of its connections.</param>
/// <param name="Word">Word in addresses.</param>
/// <param name="Name">Name.</param>
/// <param name="UrlLabel">What it calls the base URL.</param>
/// <param name="TokenLabel">What it calls the token.</param>
internal sealed record IdentityProvider(ConnectionKind Kind, string Word, string Name, string UrlLabel, string TokenLabel)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IdentityProvider> All { get; } =
    [
        new(ConnectionKind.EntraId, "entra", "Microsoft Entra ID", "Tenant URL", "Secret token"),
        new(ConnectionKind.Okta, "okta", "Okta", "Base URL", "Secret token"),
    ];

    /// <summary>Path of its page.</summary>
    public string Path => $"/admin/integrations/{Word}";

    /// <summary>By the word; null: there is none.</summary>
    public static IdentityProvider? Of(string word) => All.FirstOrDefault(provider => provider.Word == word);

    /// <summary>By the kind.</summary>
    public static IdentityProvider Of(ConnectionKind kind) => All.First(provider => provider.Kind == kind);

    /// <summary>What is said of its connections.</summary>
    public Badge BadgeOf(IReadOnlyCollection<ConnectionView> connections) =>
        connections.Count == 0 ? new Badge(Tone.Plain, "Not connected")
        : connections.Any(connection => connection.LastUsedAt is not null) ? new Badge(Tone.Good, "Connected")
        : new Badge(Tone.Wait, "Waiting for the first call");

    /// <summary>Changes with everything that makes, replaces or ends a token: a form that saw something else does nothing.</summary>
    public static string StampOf(IEnumerable<ConnectionView> connections) => string.Join(
        '.', connections.Select(connection => $"{connection.Id}-{connection.Newest?.CreatedAt.ToUnixTimeMilliseconds() ?? 0}-{connection.Tokens}"));
}
