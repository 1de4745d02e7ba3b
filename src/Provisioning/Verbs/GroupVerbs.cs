using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Verbs;

/// <summary>Groups.</summary>
internal static class GroupVerbs
{
    /// <summary><c>group rotate</c>: an event like any other; a running host sends it.</summary>
    public static async Task<int> RotateAsync(IServiceProvider rooms, Output output, string organization, string group, CancellationToken cancellationToken)
    {
        var rosters = rooms.GetRequiredService<EffectiveRoster>();
        var audit = rooms.GetRequiredService<AuditTrail>();
        var key = Folding.Fold(group);
        var found = await rooms.GetRequiredService<CoreStore>().WriteAsync(
            async db =>
            {
                var row = await db.Groups.Where(row => row.OrganizationId == organization && (row.Id == group || row.DisplayNameKey == key))
                    .OrderBy(row => row.Id == group ? 0 : 1).FirstOrDefaultAsync(cancellationToken);
                if (row is null || await rosters.HoldAsync(db, organization, row.Id, cancellationToken) is not { } lane)
                {
                    return null;
                }

                rosters.Rotate(db, lane);
                audit.Add(db, organization, Actor.Command, "group.rotation", row.Id, row.DisplayName);
                return row;
            },
            cancellationToken);
        return found is null
            ? output.Refuse($"Organization {Output.Printable(organization)} has no group {Output.Printable(group)}.")
            : output.Done(
                new JsonObject { ["organization"] = organization, ["group"] = found.Id, ["displayName"] = found.DisplayName },
                $"A new vault key of group {Output.Printable(found.DisplayName)} ({found.Id}) is asked for. 'status' shows when it is there.");
    }
}
