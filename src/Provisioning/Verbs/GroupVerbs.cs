using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Dispatch;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Verbs;

/// <summary>Groups.</summary>
internal static class GroupVerbs
{
    /// <summary><c>group rotate</c>: an event like any other; a running host sends it.</summary>
    public static async Task<int> RotateAsync(IServiceProvider rooms, Output output, string organization, string group, string? reason, CancellationToken cancellationToken)
    {
        var key = Folding.Fold(group);
        var found = await rooms.GetRequiredService<CoreStore>().ReadAsync(db => FindAsync(db, organization, group, key, cancellationToken), cancellationToken);
        var result = found is null
            ? new(DirectoryProblem.NotFound, null)
            : await rooms.GetRequiredService<GroupDirectory>().RotateAsync(organization, found.Id, reason, Actor.Command, cancellationToken);
        return result.Value is { } row
            ? output.Done(Describe(row), $"A new vault key of group {Output.Printable(row.DisplayName)} ({row.Id}) is asked for. 'status' shows when it is there.")
            : NoGroup(output, organization, group);
    }

    /// <summary><c>group retry</c>: what the service refused is asked for again, as far as it is still wanted.</summary>
    public static async Task<int> RetryAsync(IServiceProvider rooms, Output output, string organization, string group, CancellationToken cancellationToken)
    {
        var key = Folding.Fold(group);
        var found = await rooms.GetRequiredService<CoreStore>().ReadAsync(db => FindAsync(db, organization, group, key, cancellationToken), cancellationToken);
        return found is not null && await rooms.GetRequiredService<ParkedEvents>().RetryAsync(organization, found.Id, Actor.Command, cancellationToken)
            ? output.Done(Describe(found), $"Group {Output.Printable(found.DisplayName)} ({found.Id}) is compared with its service, and what was refused is asked for again.")
            : NoGroup(output, organization, group);
    }

    private static Task<GroupRow?> FindAsync(CoreDb db, string organization, string group, string key, CancellationToken cancellationToken) =>
        db.Groups.Where(row => row.OrganizationId == organization && (row.Id == group || row.DisplayNameKey == key)).OrderBy(row => row.Id == group ? 0 : 1).FirstOrDefaultAsync(cancellationToken);

    private static JsonObject Describe(GroupRow group) => new() { ["organization"] = group.OrganizationId, ["group"] = group.Id, ["displayName"] = group.DisplayName };

    private static int NoGroup(Output output, string organization, string group) =>
        output.Refuse($"Organization {Output.Printable(organization)} has no group {Output.Printable(group)}.");
}
