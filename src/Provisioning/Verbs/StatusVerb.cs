using System.Globalization;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Views;

namespace EncryptionService.Provisioning.Verbs;

/// <summary><c>status</c>: what there is, how far it has come, and what waits for whom.</summary>
internal static class StatusVerb
{
    /// <summary>Shows one organization or all.</summary>
    public static async Task<int> RunAsync(IServiceProvider rooms, Output output, string? organization, CancellationToken cancellationToken)
    {
        var found = await rooms.GetRequiredService<StatusQuery>().ReadAsync(organization, cancellationToken);
        if (organization is not null && found.Count == 0)
        {
            return output.NoOrganization(organization);
        }

        if (output.IsJson)
        {
            return output.Done(new JsonObject { ["organizations"] = new JsonArray([.. found.Select(Describe)]) });
        }

        output.Say(found.Count == 0 ? ["There is no organization yet: 'org create <id> --name <name>' makes one."] : [.. found.SelectMany(Lines)]);
        return ExitCode.Ok;
    }

    private static IEnumerable<string> Lines(OrganizationStatus status)
    {
        yield return $"organization  {status.Id}  ({Output.Printable(status.Name)})";
        yield return $"  service     {ServiceLine(status.Service)}";
        foreach (var revision in status.Service?.Revisions ?? [])
        {
            yield return $"  revision    {Output.Printable(revision.Name)}, version {Output.Printable(revision.Version)}, last contact {Output.Time(revision.LastContactAt)}";
            foreach (var replica in revision.Replicas)
            {
                yield return $"    replica   {replica.Name}, enrolled {Output.Time(replica.EnrolledAt)}, last contact {Output.Time(replica.LastContactAt)}";
            }
        }

        yield return $"  members     {status.Members.Active} active, {status.Members.Pending} pending, {status.Members.Suspended} suspended, {status.Members.Forbidden} forbidden before they accepted";
        yield return $"  invitations {status.Members.MailsDue} to be mailed, {status.Members.MailsFailed} with a problem ('invitation list --org {status.Id}')";
        yield return string.Create(CultureInfo.InvariantCulture, $"  events      {status.Waiting} waiting, {status.Parked} parked");
        foreach (var line in status.Groups.Count == 0 ? [] : Output.Table(["GROUP", "NAME", "MEMBERS", "EPOCH", "ENVELOPES", "EVENTS", "STATE"], [.. status.Groups.Select(Cells)]))
        {
            yield return $"  {line}";
        }

        foreach (var parked in status.ParkedEvents)
        {
            yield return $"  parked: event {parked.Sequence} of group {parked.Group} ({parked.Kind}): {Output.Printable(parked.Reason)} ('group retry')";
        }

        foreach (var refused in status.Refusals)
        {
            yield return $"  refused: {refused.Count} in group {refused.Group}: {Output.Printable(refused.Reason)}";
        }

        yield return "";
    }

    private static IReadOnlyList<string> Cells(GroupStatus group) =>
    [
        group.Id, group.Name, $"{group.Members}", $"{group.Epoch}", $"{group.Envelopes} of {group.Effective}", $"{group.Waiting}",
        group.Frozen ? "frozen: an operator has to recover it" : group.Parked > 0 ? "parked" : group.IsComplete ? "complete" : "on its way",
    ];

    private static string ServiceLine(ServiceStatus? service) => service is null
        ? "none: no groups. 'service configure' makes the settings of one"
        : $"{service.Address}, version {service.Version}, last contact {Output.Time(service.LastContactAt)}{(service.Problem is { } problem ? $". Problem: {Output.Printable(problem)}" : "")}";

    private static JsonNode Describe(RevisionStatus revision) => new JsonObject
    {
        ["revision"] = revision.Name,
        ["version"] = revision.Version,
        ["lastContactAt"] = Output.Time(revision.LastContactAt),
        ["replicas"] = new JsonArray([.. revision.Replicas.Select(replica => new JsonObject
        {
            ["replica"] = replica.Name,
            ["enrolledAt"] = Output.Time(replica.EnrolledAt),
            ["lastContactAt"] = Output.Time(replica.LastContactAt),
        })]),
    };

    private static JsonObject Describe(OrganizationStatus status) => new()
    {
        ["organization"] = status.Id,
        ["name"] = status.Name,
        ["service"] = status.Service is { } service
            ? new JsonObject
            {
                ["state"] = service.Problem is null ? "enrolled" : "problem",
                ["address"] = service.Address,
                ["identity"] = service.Identity,
                ["organizationKey"] = service.OrganizationKey,
                ["version"] = service.Version,
                ["lastContactAt"] = Output.Time(service.LastContactAt),
                ["problem"] = service.Problem,
                ["retryAt"] = Output.Time(service.RetryAt),
                ["revisions"] = new JsonArray([.. service.Revisions.Select(Describe)]),
            }
            : null,
        ["members"] = new JsonObject
        {
            ["active"] = status.Members.Active,
            ["pending"] = status.Members.Pending,
            ["suspended"] = status.Members.Suspended,
            ["forbidden"] = status.Members.Forbidden,
            ["mailsDue"] = status.Members.MailsDue,
            ["mailsFailed"] = status.Members.MailsFailed,
        },
        ["events"] = new JsonObject { ["waiting"] = status.Waiting, ["parked"] = status.Parked },
        ["groups"] = new JsonArray([.. status.Groups.Select(group => new JsonObject
        {
            ["group"] = group.Id,
            ["displayName"] = group.Name,
            ["members"] = group.Members,
            ["effective"] = group.Effective,
            ["epoch"] = group.Epoch,
            ["revision"] = group.Revision,
            ["envelopes"] = group.Envelopes,
            ["waiting"] = group.Waiting,
            ["parked"] = group.Parked,
            ["frozen"] = group.Frozen,
            ["complete"] = group.IsComplete,
        })]),
        ["parked"] = new JsonArray([.. status.ParkedEvents.Select(parked => new JsonObject
        {
            ["group"] = parked.Group,
            ["sequence"] = parked.Sequence,
            ["kind"] = parked.Kind,
            ["reason"] = parked.Reason,
        })]),
        ["refused"] = new JsonArray([.. status.Refusals.Select(refused => new JsonObject
        {
            ["group"] = refused.Group,
            ["reason"] = refused.Reason,
            ["members"] = refused.Count,
        })]),
    };
}
