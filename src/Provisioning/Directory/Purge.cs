using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Directory;

/// <summary>Deletes members for good, so many days after their last suspension.</summary>
internal sealed class Purge(CoreStore store, MemberDirectory members, IOptions<ProvisioningOptions> options)
{
    private const int Page = 500;

    /// <summary>Deletes everybody who was suspended long enough before <paramref name="asOf"/>, and still is.</summary>
    /// <param name="asOf">Stands for now.</param>
    /// <param name="cancellationToken">Stops between two members.</param>
    /// <returns>How many went.</returns>
    public async Task<int> RunAsync(DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var before = asOf - TimeSpan.FromDays(options.Value.PurgeAfterDays);
        var gone = 0;
        var after = "";
        while (true)
        {
            var page = await store.ReadAsync(
                db => db.Members.Where(row => row.SuspendedAt <= before && string.Compare(row.Id, after) > 0)
                    .OrderBy(row => row.Id).Take(Page).Select(row => new { row.OrganizationId, row.Id }).ToListAsync(cancellationToken),
                cancellationToken);
            foreach (var due in page)
            {
                // Whoever was restored in the meantime stays.
                gone += await members.DeleteAsync(due.OrganizationId, due.Id, Actor.System, row => row.SuspendedAt <= before, cancellationToken) ? 1 : 0;
            }

            if (page.Count < Page)
            {
                return gone;
            }

            after = page[^1].Id;
        }
    }
}
