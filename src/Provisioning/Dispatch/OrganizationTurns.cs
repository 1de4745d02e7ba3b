using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Dispatch;

/// <summary>Whose turn it is in this process: one call to an organization at a time, and never all workers for services that failed last time.</summary>
/// <remarks>A service that answers slowly, or not at all, then costs its own organization time, and nobody else's.</remarks>
internal sealed class OrganizationTurns(IOptions<DispatchOptions> options)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> busy = [];
    private readonly HashSet<string> suspects = [];
    private string last = "";

    /// <summary>The organizations in the order in which they may try: those after the last one that had a turn come first.</summary>
    public IEnumerable<DueOrganization> Order(IEnumerable<DueOrganization> due)
    {
        string after;
        lock (gate)
        {
            after = last;
        }

        return due.OrderBy(organization => string.CompareOrdinal(organization.Id, after) <= 0).ThenBy(organization => organization.Id, StringComparer.Ordinal);
    }

    /// <summary>Takes a turn; false if the organization has one, or if there are enough workers waiting for services that failed.</summary>
    public bool TryTake(DueOrganization organization)
    {
        lock (gate)
        {
            var suspect = organization.Failures > 0;
            if (busy.Contains(organization.Id) || (suspect && suspects.Count >= Math.Max(1, options.Value.Workers / 2)))
            {
                return false;
            }

            busy.Add(organization.Id);
            if (suspect)
            {
                suspects.Add(organization.Id);
            }

            return true;
        }
    }

    /// <summary>Says that an organization got something to do: the next turn is another's.</summary>
    public void Served(string organization)
    {
        lock (gate)
        {
            last = organization;
        }
    }

    /// <summary>Ends a turn.</summary>
    public void End(string organization)
    {
        lock (gate)
        {
            busy.Remove(organization);
            suspects.Remove(organization);
        }
    }
}

/// <summary>An organization that something is due for, and how often its service failed in a row.</summary>
internal readonly record struct DueOrganization(string Id, int Failures);
