using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Admin.Setup;

/// <summary>Reads the state of an organization's service.</summary>
internal sealed class ServiceStateQuery(CoreStore store, TimeProvider time)
{
    private const int MostReplicas = 50;

    /// <summary>Whether a service has enrolled.</summary>
    public Task<bool> IsEnrolledAsync(string organization, CancellationToken cancellationToken) =>
        store.ReadAsync(db => db.Services.AnyAsync(row => row.OrganizationId == organization, cancellationToken), cancellationToken);

    /// <summary>The state now.</summary>
    public Task<ServiceState> ReadAsync(string organization, CancellationToken cancellationToken) => store.ReadAsync(
        async db =>
        {
            var now = time.GetUtcNow();
            var until = await db.EnrolmentTokens.Where(row => row.OrganizationId == organization && row.Identity == null)
                .OrderByDescending(row => row.ExpiresAt).Select(row => (DateTimeOffset?)row.ExpiresAt).FirstOrDefaultAsync(cancellationToken);
            var isGood = until > now;
            if (await db.Services.SingleOrDefaultAsync(row => row.OrganizationId == organization, cancellationToken) is not { } service)
            {
                var stage = until is null ? ServiceStage.NotSetUp : isGood ? ServiceStage.Waiting : ServiceStage.RanOut;
                return new ServiceState(stage, null, until, isGood, 0, 0);
            }

            var replicas = await db.Replicas.Where(row => row.OrganizationId == organization && row.Identity == service.Identity)
                .OrderByDescending(row => row.LastContactAt).ThenBy(row => row.Name).Take(MostReplicas)
                .Select(row => new ReplicaState(row.Name, row.RevisionName, row.Version, row.EnrolledAt, row.LastContactAt))
                .ToListAsync(cancellationToken);
            var acknowledged = await db.Chains.AnyAsync(row => row.OrganizationId == organization && row.Acknowledged > 0, cancellationToken);
            var frozen = await db.Chains.CountAsync(row => row.OrganizationId == organization && row.Frozen, cancellationToken);
            var parked = await db.Events.CountAsync(row => row.OrganizationId == organization && row.State == EventState.Parked, cancellationToken);
            return new ServiceState(
                service.Problem is not null ? ServiceStage.Failing : acknowledged ? ServiceStage.Running : ServiceStage.Enrolled,
                new EnrolledService(
                    service.Address, service.Identity, service.OrganizationKey, service.Version, service.RevisionName, service.EnrolledAt, service.LastContactAt,
                    service.Problem, service.DispatchAfter, replicas),
                until, isGood, frozen, parked);
        },
        cancellationToken);
}
