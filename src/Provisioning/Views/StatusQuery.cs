using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Views;

/// <summary>An organization, how far its groups have come, and what waits.</summary>
internal sealed record OrganizationStatus(
    string Id,
    string Name,
    ServiceStatus? Service,
    StatusCounts Members,
    long Waiting,
    long Parked,
    IReadOnlyList<GroupStatus> Groups,
    IReadOnlyList<ParkedEvent> ParkedEvents,
    IReadOnlyList<RefusalCount> Refusals);

/// <summary>An enrolled service; the revisions with the one first that was heard of last.</summary>
internal sealed record ServiceStatus(
    string Address,
    string Identity,
    string OrganizationKey,
    string Version,
    DateTimeOffset LastContactAt,
    string? Problem,
    DateTimeOffset? RetryAt,
    IReadOnlyList<RevisionStatus> Revisions);

/// <summary>A revision of a service, and its replicas, the one first that was heard of last.</summary>
internal sealed record RevisionStatus(string Name, string Version, DateTimeOffset LastContactAt, IReadOnlyList<ReplicaStatus> Replicas);

/// <summary>A replica.</summary>
internal sealed record ReplicaStatus(string Name, DateTimeOffset EnrolledAt, DateTimeOffset LastContactAt);

/// <summary>Members by state, and mails that wait or failed.</summary>
internal sealed record StatusCounts(int Active, int Pending, int Suspended, int Forbidden, int MailsDue, int MailsFailed);

/// <summary>A group: members that SCIM lists, those in its effective roster, and the envelopes of the present epoch among these.</summary>
internal sealed record GroupStatus(
    string Id, string Name, int Members, int Effective, long Epoch, long Revision, int Envelopes, int Waiting, int Parked, bool Frozen)
{
    /// <summary>True if nothing is on its way.</summary>
    public bool IsComplete => Waiting == 0 && Parked == 0 && !Frozen && Envelopes == Effective;
}

/// <summary>An event that the service refused.</summary>
internal sealed record ParkedEvent(string Group, long Sequence, string Kind, string Reason);

/// <summary>Members that the service refused for a group.</summary>
internal sealed record RefusalCount(string Group, string Reason, int Count);

/// <summary>Reads what <c>status</c> shows.</summary>
internal sealed class StatusQuery(CoreStore store)
{
    private const int MostParkedEvents = 100;

    /// <summary>One organization, or all by id.</summary>
    public async Task<IReadOnlyList<OrganizationStatus>> ReadAsync(string? organization, CancellationToken cancellationToken) => await store.ReadAsync(
        async db =>
        {
            var found = new List<OrganizationStatus>();
            foreach (var row in await db.Organizations.Where(row => organization == null || row.Id == organization).OrderBy(row => row.Id).ToListAsync(cancellationToken))
            {
                found.Add(await ReadAsync(db, row, cancellationToken));
            }

            return found;
        },
        cancellationToken);

    private static async Task<OrganizationStatus> ReadAsync(CoreDb db, OrganizationRow organization, CancellationToken cancellationToken)
    {
        var id = organization.Id;
        var service = await db.Services.SingleOrDefaultAsync(row => row.OrganizationId == id, cancellationToken);
        var events = await db.Events.Where(row => row.OrganizationId == id && (row.State == EventState.Waiting || row.State == EventState.Parked))
            .GroupBy(row => new { row.GroupId, row.State }).Select(group => new { group.Key.GroupId, group.Key.State, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var parked = await db.Events.Where(row => row.OrganizationId == id && row.State == EventState.Parked)
            .OrderByDescending(row => row.Id).Take(MostParkedEvents).Select(row => new ParkedEvent(row.GroupId, row.Sequence, row.Kind, row.Outcome ?? "no reason was given"))
            .ToListAsync(cancellationToken);
        var refusals = await db.Refusals.Where(row => row.OrganizationId == id)
            .GroupBy(row => new { row.GroupId, row.Reason }).Select(group => new RefusalCount(group.Key.GroupId, group.Key.Reason, group.Count()))
            .ToListAsync(cancellationToken);
        return new OrganizationStatus(
            id, organization.Name, service is null ? null : await ServiceAsync(db, service, cancellationToken), await CountAsync(db, id, cancellationToken),
            events.Where(row => row.State == EventState.Waiting).Sum(row => row.Count), events.Where(row => row.State == EventState.Parked).Sum(row => row.Count),
            await GroupsAsync(db, id, events.ToDictionary(row => (row.GroupId, row.State), row => row.Count), cancellationToken), parked, refusals);
    }

    private static async Task<ServiceStatus> ServiceAsync(CoreDb db, ServiceRow service, CancellationToken cancellationToken)
    {
        var replicas = await db.Replicas.Where(row => row.OrganizationId == service.OrganizationId && row.Identity == service.Identity)
            .OrderByDescending(row => row.LastContactAt).ThenBy(row => row.Name)
            .ToListAsync(cancellationToken);
        var revisions = replicas.GroupBy(row => (row.RevisionName, row.Version)).Select(group => new RevisionStatus(
            group.Key.RevisionName, group.Key.Version, group.First().LastContactAt,
            [.. group.Select(row => new ReplicaStatus(row.Name, row.EnrolledAt, row.LastContactAt))]));
        return new ServiceStatus(
            service.Address, service.Identity, service.OrganizationKey, service.Version, service.LastContactAt, service.Problem, service.DispatchAfter, [.. revisions]);
    }

    private static async Task<StatusCounts> CountAsync(CoreDb db, string organization, CancellationToken cancellationToken)
    {
        var states = await db.Members.Where(row => row.OrganizationId == organization)
            .GroupBy(row => new { row.Active, Accepted = row.AcceptedAt != null }).Select(group => new { group.Key.Active, group.Key.Accepted, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var mails = db.Members.Where(row => row.OrganizationId == organization && row.Active && row.AcceptedAt == null)
            .Join(db.Invitations, row => row.Id, row => row.MemberId, (member, invitation) => invitation);
        return new StatusCounts(
            Of(active: true, accepted: true), Of(active: true, accepted: false), Of(active: false, accepted: true), Of(active: false, accepted: false),
            await mails.CountAsync(row => row.DueAt != null, cancellationToken), await mails.CountAsync(row => row.Problem != null, cancellationToken));

        int Of(bool active, bool accepted) => states.SingleOrDefault(state => state.Active == active && state.Accepted == accepted)?.Count ?? 0;
    }

    private static async Task<IReadOnlyList<GroupStatus>> GroupsAsync(
        CoreDb db, string organization, Dictionary<(string Group, EventState State), int> events, CancellationToken cancellationToken)
    {
        var groups = await db.Groups.Where(row => row.OrganizationId == organization).OrderBy(row => row.DisplayNameKey)
            .Join(db.Chains, row => row.Id, row => row.GroupId, (group, chain) => new
            {
                group.Id,
                group.DisplayName,
                chain.Epoch,
                chain.Revision,
                chain.Frozen,
                Members = db.GroupMembers.Count(row => row.GroupId == group.Id),
                Effective = db.Rosters.Count(row => row.GroupId == group.Id && row.RemovedSequence == null),
                Envelopes = db.Rosters.Count(row => row.GroupId == group.Id && row.RemovedSequence == null
                    && db.Envelopes.Any(envelope => envelope.GroupId == group.Id && envelope.Epoch == chain.Epoch && envelope.MemberId == row.MemberId && envelope.Kid == row.Hpke)),
            })
            .ToListAsync(cancellationToken);
        return [.. groups.Select(group => new GroupStatus(
            group.Id, group.DisplayName, group.Members, group.Effective, group.Epoch, group.Revision, group.Envelopes,
            events.GetValueOrDefault((group.Id, EventState.Waiting)), events.GetValueOrDefault((group.Id, EventState.Parked)), group.Frozen))];
    }
}
