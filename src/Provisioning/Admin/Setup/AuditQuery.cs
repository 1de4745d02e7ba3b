using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Admin.Setup;

/// <summary>What is asked for; null: all.</summary>
/// <param name="Action">Beginning of the action, e.g. <c>member.</c>.</param>
/// <param name="Actor">The actor, exactly, or its kind.</param>
internal sealed record AuditFilter(string? Action, string? Actor);

/// <summary>A line of the audit trail; who did it by name where that is known.</summary>
internal sealed record AuditLine(DateTimeOffset At, string Who, string Action, string Subject, string? Name, string? Detail);

/// <summary>Reads an organization's audit trail, a page at a time, the newest first.</summary>
internal sealed class AuditQuery(CoreStore store)
{
    /// <summary>Lines of a page.</summary>
    public const int PageSize = 50;

    // Counting further than anybody turns pages would cost more than it says.
    private const int MostCounted = 10_000;

    /// <summary>A page of lines, and how many there are (10,000 at most).</summary>
    public Task<(IReadOnlyList<AuditLine> Lines, int Count)> ReadAsync(string organization, AuditFilter filter, int page, CancellationToken cancellationToken) => store.ReadAsync<(IReadOnlyList<AuditLine>, int)>(
        async db =>
        {
            var rows = db.Audit.Where(row => row.OrganizationId == organization);
            if (filter.Action is { } action)
            {
                rows = rows.Where(row => row.Action.StartsWith(action));
            }

            if (filter.Actor is { } actor)
            {
                rows = rows.Where(row => row.Actor == actor || row.Actor.StartsWith(actor + ":"));
            }

            var count = await rows.Take(MostCounted).CountAsync(cancellationToken);
            var found = await rows.OrderByDescending(row => row.Id).Skip((page - 1) * PageSize).Take(PageSize).ToListAsync(cancellationToken);
            var names = await NamesAsync(db, organization, [.. found.Select(row => row.Actor).Distinct()], cancellationToken);
            return ([.. found.Select(row => new AuditLine(row.At, names.GetValueOrDefault(row.Actor) ?? row.Actor, row.Action, row.Subject, row.Name, row.Detail))], count);
        },
        cancellationToken);

    /// <summary>The newest lines about one member or group.</summary>
    public Task<IReadOnlyList<AuditLine>> OfAsync(string organization, string subject, int most, CancellationToken cancellationToken) => store.ReadAsync<IReadOnlyList<AuditLine>>(
        async db =>
        {
            var found = await db.Audit.Where(row => row.OrganizationId == organization && row.Subject == subject).OrderByDescending(row => row.Id).Take(most).ToListAsync(cancellationToken);
            var names = await NamesAsync(db, organization, [.. found.Select(row => row.Actor).Distinct()], cancellationToken);
            return [.. found.Select(row => new AuditLine(row.At, names.GetValueOrDefault(row.Actor) ?? row.Actor, row.Action, row.Subject, row.Name, row.Detail))];
        },
        cancellationToken);

    private static async Task<Dictionary<string, string>> NamesAsync(CoreDb db, string organization, string[] actors, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>
        {
            ["command"] = "Command line",
            ["system"] = "The core itself",
            ["service"] = "Encryption service",
            ["operator"] = "Operator",
        };
        var (people, members, connections) = (Ids("administrator:"), Ids("member:"), Ids("connection:"));
        foreach (var row in await db.Administrators.Where(row => row.OrganizationId == organization && people.Contains(row.Id)).Select(row => new { row.Id, row.Name }).ToListAsync(cancellationToken))
        {
            names[$"administrator:{row.Id}"] = row.Name;
        }

        foreach (var row in await db.Members.Where(row => row.OrganizationId == organization && members.Contains(row.Id)).Select(row => new { row.Id, row.UserName }).ToListAsync(cancellationToken))
        {
            names[$"member:{row.Id}"] = row.UserName;
        }

        foreach (var row in await db.Connections.Where(row => row.OrganizationId == organization && connections.Contains(row.Id)).Select(row => new { row.Id, row.Name }).ToListAsync(cancellationToken))
        {
            names[$"connection:{row.Id}"] = $"{row.Name} (connection)";
        }

        return names;

        List<string> Ids(string kind) => [.. actors.Where(actor => actor.StartsWith(kind, StringComparison.Ordinal)).Select(actor => actor[kind.Length..])];
    }
}
