using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.MemberApi;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Views;

/// <summary>A member whose keys the service does not take yet.</summary>
/// <param name="Id">Member.</param>
/// <param name="Name">Name.</param>
/// <param name="UserName">SCIM userName.</param>
/// <param name="Alg">Suite.</param>
/// <param name="Hpke">Thumbprint of the HPKE key.</param>
/// <param name="Signing">Thumbprint of the signing key.</param>
/// <param name="RegisteredAt">Since when the member has these keys.</param>
/// <param name="Reason">Why, a name of the contract's enum.</param>
/// <param name="Since">When the service said so first, of the groups where it does.</param>
/// <param name="Groups">In how many groups.</param>
internal sealed record ApprovalLine(
    string Id, string Name, string UserName, string Alg, string Hpke, string Signing, DateTimeOffset RegisteredAt, string Reason, DateTimeOffset Since, int Groups)
{
    /// <summary>True if an operator's approval ends it; else the keys are others than those that the service knows, or not allowed.</summary>
    public bool NeedsApproval => Reason == OperatorDocuments.Pending;
}

/// <summary>Keys that wait for somebody.</summary>
internal sealed class ApprovalList(CoreStore store)
{
    /// <summary>Most members in a page.</summary>
    public const int MostLines = 200;

    /// <summary>Members whose keys the service refuses, those who wait longest first.</summary>
    public Task<(int Total, IReadOnlyList<ApprovalLine> Lines)> ReadAsync(string organization, int skip, int count, CancellationToken cancellationToken) => store.ReadAsync(
        async db =>
        {
            var refused = db.Refusals.Where(row => row.OrganizationId == organization)
                .GroupBy(row => new { row.MemberId, row.Reason })
                .Select(group => new { group.Key.MemberId, group.Key.Reason, Since = group.Min(row => row.At), Groups = group.Count() });
            var total = await refused.CountAsync(cancellationToken);
            var rows = await refused.OrderBy(row => row.Since).ThenBy(row => row.MemberId).Skip(Math.Max(0, skip)).Take(Math.Clamp(count, 1, MostLines)).ToListAsync(cancellationToken);
            var ids = rows.ConvertAll(row => row.MemberId);
            var people = await db.MemberKeys.Where(row => ids.Contains(row.MemberId))
                .Join(db.Members, row => row.MemberId, row => row.Id, (keys, member) => new
                {
                    Keys = keys,
                    member.UserName,
                    Name = db.Listings.Where(listing => listing.MemberId == keys.MemberId).Select(listing => listing.Name).FirstOrDefault(),
                })
                .ToDictionaryAsync(row => row.Keys.MemberId, cancellationToken);
            IReadOnlyList<ApprovalLine> lines =
            [
                .. rows.Where(row => people.ContainsKey(row.MemberId)).Select(row => (Row: row, Person: people[row.MemberId])).Select(pair => new ApprovalLine(
                    pair.Row.MemberId, pair.Person.Name ?? pair.Person.UserName, pair.Person.UserName, pair.Person.Keys.Alg, pair.Person.Keys.Hpke, pair.Person.Keys.Signing,
                    pair.Person.Keys.RegisteredAt, pair.Row.Reason, pair.Row.Since, pair.Row.Groups)),
            ];
            return (total, lines);
        },
        cancellationToken);
}
