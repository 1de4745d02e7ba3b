using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Scim.Store;

/// <summary>Reads groups. Everything is within one organization, and in the order of their ids, which is that of their creation.</summary>
internal sealed class GroupQueries(CoreStore store)
{
    private const int Batch = 100;

    /// <summary>A page ends early once it has so many members: what is asked for next begins where it ended.</summary>
    private const int MostMembers = 100_000;

    /// <summary>One group; null where the organization has no such.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="id">Group.</param>
    /// <param name="withMembers">False leaves members alone, however many there are (docs/spec/scim.md, 25).</param>
    /// <param name="baseUrl">Base URL of the connection.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<JsonObject?> FindAsync(string organization, string id, bool withMembers, string baseUrl, CancellationToken cancellationToken) => store.ReadAsync(
        async db =>
        {
            var row = await db.Groups.SingleOrDefaultAsync(row => row.Id == id && row.OrganizationId == organization, cancellationToken);
            return row is null ? null : await WriteAsync(db, row, withMembers, baseUrl, cancellationToken);
        },
        cancellationToken);

    /// <summary>Those of a page, and how many there are altogether.</summary>
    public Task<(int Total, IReadOnlyList<JsonObject> Groups)> ListAsync(
        string organization, Filter? filter, Page page, bool withMembers, string baseUrl, CancellationToken cancellationToken) => store.ReadAsync(
        db =>
        {
            var sql = filter is null ? null : new GroupFilterSql(db.GroupMembers).Translate(filter);
            var rows = db.Groups.Where(row => row.OrganizationId == organization);
            rows = sql is null ? rows : rows.Where(sql.Where);
            return filter is null || sql is { IsExact: true }
                ? ByDatabaseAsync(db, rows, page, withMembers, baseUrl, cancellationToken)
                : ByEvaluationAsync(db, rows, filter, page, withMembers, baseUrl, cancellationToken);
        },
        cancellationToken);

    private static async Task<(int Total, IReadOnlyList<JsonObject> Groups)> ByDatabaseAsync(
        CoreDb db, IQueryable<GroupRow> rows, Page page, bool withMembers, string baseUrl, CancellationToken cancellationToken)
    {
        var found = page.Count == 0
            ? []
            : await rows.OrderBy(row => row.Id).Skip(page.StartIndex - 1).Take(page.Count).ToListAsync(cancellationToken);
        var isWhole = page.StartIndex == 1 && found.Count < page.Count;
        var total = isWhole ? found.Count : await rows.CountAsync(cancellationToken);
        var groups = new List<JsonObject>(found.Count);
        var members = 0;
        foreach (var row in found.TakeWhile(_ => members < MostMembers))
        {
            groups.Add(await WriteAsync(db, row, withMembers, baseUrl, cancellationToken));
            members += withMembers ? (groups[^1][GroupSchema.Members.Name] as JsonArray)?.Count ?? 0 : 0;
        }

        return (total, groups);
    }

    private static async Task<(int Total, IReadOnlyList<JsonObject> Groups)> ByEvaluationAsync(
        CoreDb db, IQueryable<GroupRow> rows, Filter filter, Page page, bool withMembers, string baseUrl, CancellationToken cancellationToken)
    {
        var loads = filter.Mentions(GroupSchema.Members);
        var window = new Window(page);
        var members = 0;
        var after = "";
        while (true)
        {
            var batch = await rows.Where(row => string.Compare(row.Id, after) > 0).OrderBy(row => row.Id).Take(Batch).ToListAsync(cancellationToken);
            foreach (var row in batch)
            {
                var group = await WriteAsync(db, row, loads, baseUrl, cancellationToken);
                if (filter.Matches(group) && window.Count() && members < MostMembers)
                {
                    members += withMembers ? (group[GroupSchema.Members.Name] as JsonArray)?.Count ?? 0 : 0;
                    window.Keep(withMembers == loads ? group : await WriteAsync(db, row, withMembers, baseUrl, cancellationToken));
                }
            }

            if (batch.Count < Batch)
            {
                return (window.Total, window.Kept);
            }

            after = batch[^1].Id;
        }
    }

    private static async Task<JsonObject> WriteAsync(CoreDb db, GroupRow row, bool withMembers, string baseUrl, CancellationToken cancellationToken)
    {
        if (!withMembers)
        {
            return GroupResource.Write(row, null, baseUrl);
        }

        var members = await db.GroupMembers.Where(member => member.GroupId == row.Id)
            .Join(db.Members, member => member.MemberId, member => member.Id, (_, member) => new { member.Id, Display = member.DisplayName ?? member.UserName })
            .OrderBy(member => member.Id)
            .ToListAsync(cancellationToken);
        return GroupResource.Write(
            row, members.Select(member => new GroupMember(member.Id, member.Display, ResourceMeta.LocationOf(baseUrl, ResourceType.User, member.Id))), baseUrl);
    }
}
