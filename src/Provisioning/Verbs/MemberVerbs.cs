using System.Globalization;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Invitations;

namespace EncryptionService.Provisioning.Verbs;

/// <summary>Members, their invitations, and their end.</summary>
internal static class MemberVerbs
{
    // Without a zone it is UTC: a purge must not depend on the zone of the machine that it is typed on.
    private static readonly string[] formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK",
    ];

    /// <summary><c>member resend</c>.</summary>
    public static async Task<int> ResendAsync(IServiceProvider rooms, Output output, string organization, string user, CancellationToken cancellationToken)
    {
        var name = Output.Printable(user);
        return await rooms.GetRequiredService<InvitationBook>().ResendAsync(organization, user, Actor.Command, cancellationToken) switch
        {
            ResendResult.Due => output.Done(
                new JsonObject { ["organization"] = organization, ["user"] = user, ["due"] = true }, $"The invitation of {name} goes out again. 'invitation list' shows what became of it."),
            ResendResult.Accepted => output.Refuse($"{name} has accepted the invitation already."),
            ResendResult.Suspended => output.Refuse($"{name} is not active: the IdP forbids the invitation."),
            _ => output.Refuse($"Organization {Output.Printable(organization)} has no member {name}."),
        };
    }

    /// <summary><c>invitation list</c>.</summary>
    public static async Task<int> ListInvitationsAsync(IServiceProvider rooms, Output output, string organization, CancellationToken cancellationToken)
    {
        var found = await rooms.GetRequiredService<InvitationBook>().PendingAsync(organization, cancellationToken);
        return output.Done(
            new JsonArray([.. found.Select(row => new JsonObject
            {
                ["member"] = row.Member,
                ["userName"] = row.UserName,
                ["allowed"] = row.Allowed,
                ["sentAt"] = Output.Time(row.SentAt),
                ["dueAt"] = Output.Time(row.DueAt),
                ["attempts"] = row.Attempts,
                ["problem"] = row.Problem,
            })]),
            found.Count == 0
                ? ["No invitation is waiting to be accepted."]
                : Output.Table(["MEMBER", "USER", "SENT", "STATE"], [.. found.Select(row => (IReadOnlyList<string>)[row.Member, row.UserName, Output.Time(row.SentAt) ?? "never", StateOf(row)])]));
    }

    /// <summary><c>purge</c>.</summary>
    public static async Task<int> PurgeAsync(IServiceProvider rooms, Output output, string? asOf, CancellationToken cancellationToken)
    {
        var now = rooms.GetRequiredService<TimeProvider>().GetUtcNow();
        if (asOf is not null && !TryParse(asOf, out now))
        {
            return output.Wrong("--as-of takes an ISO 8601 time such as 2026-07-31T09:30:00Z, or a date such as 2026-07-31, which means 00:00; UTC unless it says otherwise.");
        }

        var gone = await rooms.GetRequiredService<Purge>().RunAsync(now, cancellationToken);
        return output.Done(
            new JsonObject { ["asOf"] = Output.Time(now), ["purged"] = gone }, $"{gone} {(gone == 1 ? "member" : "members")} deleted for good, as of {Output.Time(now)}.");
    }

    private static bool TryParse(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    private static string StateOf(InvitationView row) =>
        !row.Allowed ? "forbidden: not active"
        : row.Problem is { } problem ? (row.DueAt is { } next ? $"{problem} (next try {Output.Time(next)})" : problem)
        : row.DueAt is not null ? "to be mailed" : "mailed";
}
