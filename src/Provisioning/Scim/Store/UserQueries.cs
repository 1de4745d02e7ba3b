using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Scim.Store;

/// <summary>Reads users. Everything is within one organization, and in the order of their ids, which is that of their creation.</summary>
internal sealed class UserQueries(CoreStore store)
{
    private const int Batch = 500;

    /// <summary>One user; null where the organization has no such.</summary>
    public Task<MemberRow?> FindAsync(string organization, string id, CancellationToken cancellationToken) => store.ReadAsync(
        db => db.Members.SingleOrDefaultAsync(row => row.Id == id && row.OrganizationId == organization, cancellationToken), cancellationToken);

    /// <summary>Those of a page, and how many there are altogether.</summary>
    public Task<(int Total, IReadOnlyList<JsonObject> Users)> ListAsync(
        string organization, Filter? filter, Page page, string baseUrl, CancellationToken cancellationToken) => store.ReadAsync(
        db =>
        {
            var sql = filter is null ? null : MemberFilterSql.Instance.Translate(filter);
            var rows = db.Members.Where(row => row.OrganizationId == organization);
            rows = sql is null ? rows : rows.Where(sql.Where);
            return filter is null || sql is { IsExact: true }
                ? ByDatabaseAsync(rows, page, baseUrl, cancellationToken)
                : ByEvaluationAsync(rows, filter, page, baseUrl, cancellationToken);
        },
        cancellationToken);

    private static async Task<(int Total, IReadOnlyList<JsonObject> Users)> ByDatabaseAsync(
        IQueryable<MemberRow> rows, Page page, string baseUrl, CancellationToken cancellationToken)
    {
        var found = page.Count == 0
            ? []
            : await rows.OrderBy(row => row.Id).Skip(page.StartIndex - 1).Take(page.Count).ToListAsync(cancellationToken);
        var isWhole = page.StartIndex == 1 && found.Count < page.Count;
        var total = isWhole ? found.Count : await rows.CountAsync(cancellationToken);
        return (total, found.ConvertAll(row => MemberResource.Write(row, baseUrl)));
    }

    private static async Task<(int Total, IReadOnlyList<JsonObject> Users)> ByEvaluationAsync(
        IQueryable<MemberRow> rows, Filter filter, Page page, string baseUrl, CancellationToken cancellationToken)
    {
        var window = new Window(page);
        var after = "";
        while (true)
        {
            var batch = await rows.Where(row => string.Compare(row.Id, after) > 0).OrderBy(row => row.Id).Take(Batch).ToListAsync(cancellationToken);
            foreach (var user in batch.Select(row => MemberResource.Write(row, baseUrl)).Where(filter.Matches))
            {
                if (window.Count())
                {
                    window.Keep(user);
                }
            }

            if (batch.Count < Batch)
            {
                return (window.Total, window.Kept);
            }

            after = batch[^1].Id;
        }
    }
}
