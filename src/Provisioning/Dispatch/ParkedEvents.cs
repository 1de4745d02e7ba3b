using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Tries again what the service refused, once somebody has done something about it.</summary>
internal sealed class ParkedEvents(CoreStore store, Reconciler reconciler, AuditTrail audit, OutboxBell bell)
{
    /// <summary>Compares the group with the service, and asks again for everybody whom it refused. An event that was parked is never sent again: newer ones say what is still true of it.</summary>
    /// <returns>False if the organization has no such group.</returns>
    public async Task<bool> RetryAsync(string organization, string group, Actor actor, CancellationToken cancellationToken)
    {
        var asked = await store.WriteAsync(
            async db =>
            {
                if (!await reconciler.AskAsync(db, organization, group, cancellationToken))
                {
                    return false;
                }

                await db.Events.Where(row => row.GroupId == group && row.State == EventState.Parked)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, EventState.Superseded), cancellationToken);
                await db.Refusals.Where(row => row.GroupId == group).ExecuteDeleteAsync(cancellationToken);
                audit.Add(db, organization, actor, "group.retried", group);
                return true;
            },
            cancellationToken);
        if (asked)
        {
            bell.Ring();
        }

        return asked;
    }
}
