using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Directory;

/// <summary>Sees to it that every member is listed.</summary>
internal sealed class ListingBook(CoreStore store)
{
    private const int Page = 500;

    /// <summary>Lists whoever is not listed yet: members from before there were listings.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> CompleteAsync(CancellationToken cancellationToken)
    {
        var made = 0;
        while (await StepAsync(cancellationToken) is var step and > 0)
        {
            made += step;
        }

        return made;
    }

    private async Task<int> StepAsync(CancellationToken cancellationToken)
    {
        var lacking = await store.ReadAsync(
            db => db.Members.Where(row => !db.Listings.Any(listing => listing.MemberId == row.Id)).OrderBy(row => row.Id).Select(row => row.Id).Take(Page).ToListAsync(cancellationToken),
            cancellationToken);
        return lacking.Count == 0 ? 0 : await store.WriteAsync(
            async db =>
            {
                // Held: nobody changes them, and of several instances one lists them.
                await store.Dialect.LockMembersAsync(db, lacking, share: false, cancellationToken);
                var members = await db.Members.AsNoTracking()
                    .Where(row => lacking.Contains(row.Id) && !db.Listings.Any(listing => listing.MemberId == row.Id)).ToListAsync(cancellationToken);
                db.Listings.AddRange(members.Select(Listing.Of));
                return lacking.Count;
            },
            cancellationToken);
    }
}
