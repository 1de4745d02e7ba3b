using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Doors;
using EncryptionService.Provisioning.Organizations;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>What operators read and send (docs/spec/member.md, section 7). The token only says whose organization it is; what counts is what their keys sign.</summary>
internal sealed partial class OperatorDoor(CoreStore store, OperatorDocuments documents, WrongTokenLimiter limiter, ILogger<OperatorDoor> logger)
{
    /// <summary>Members whose keys wait.</summary>
    public Task<Answer> PendingAsync(HttpContext context) => ServeAsync(context, async organization =>
    {
        var waiting = await store.ReadAsync(
            db => db.Refusals.Where(row => row.OrganizationId == organization && row.Reason == OperatorDocuments.Pending).Select(row => row.MemberId).Distinct()
                .Join(db.MemberKeys, id => id, keys => keys.MemberId, (id, keys) => keys)
                .Join(db.Members, keys => keys.MemberId, member => member.Id, (keys, member) => new PendingEntry(member.Id, member.UserName, keys.Hpke, keys.Alg, keys.Signing))
                .ToListAsync(context.RequestAborted),
            context.RequestAborted);
        return Answer.Json(new PendingAnswer(organization, [.. waiting.OrderBy(entry => entry.UserName, StringComparer.OrdinalIgnoreCase)]), MemberAnswers.Default.PendingAnswer);
    });

    /// <summary>The head of one group.</summary>
    public Task<Answer> GroupAsync(HttpContext context) => ServeAsync(context, async organization =>
    {
        if (!GroupId.TryParse(context.Request.RouteValues["grp"] as string, out var group))
        {
            return Answer.NotFound;
        }

        var head = await store.ReadAsync(
            db => db.Groups.Where(row => row.Id == group.Value && row.OrganizationId == organization)
                .Join(db.Chains, row => row.Id, chain => chain.GroupId, (row, chain) => new { row.DisplayName, Chain = chain })
                .Join(
                    db.Statements, row => new { row.Chain.GroupId, row.Chain.Revision }, statement => new { statement.GroupId, statement.Revision },
                    (row, statement) => new HeadAnswer(statement.GroupId, row.DisplayName, statement.Revision, statement.Statement, row.Chain.Frozen))
                .SingleOrDefaultAsync(context.RequestAborted),
            context.RequestAborted);
        return head is null ? Answer.NotFound : Answer.Json(head, MemberAnswers.Default.HeadAnswer);
    });

    /// <summary>Takes an approval or a recovery.</summary>
    public Task<Answer> SubmitAsync(HttpContext context) => ServeAsync(context, async organization =>
    {
        var (texts, refusal) = await JsonDoor.ReadAsync(context, "document");
        return refusal ?? await documents.SubmitAsync(organization, texts[0], Actor.Operator, context.RequestAborted);
    });

    private async Task<Answer> ServeAsync(HttpContext context, Func<string, Task<Answer>> answer)
    {
        if (CallTokens.BearerOf(context.Request) is { Length: > 0 and <= 512 } token)
        {
            var hash = OneTimeSecret.HashOf(token);
            var organization = await store.ReadAsync(
                db => db.OperatorTokens.Where(row => row.Hash == hash).Select(row => row.OrganizationId).SingleOrDefaultAsync(context.RequestAborted), context.RequestAborted);
            if (organization is not null)
            {
                return await answer(organization);
            }
        }

        LogRefused(logger);
        return limiter.Wrong(context.Connection.RemoteIpAddress) is { } wait ? Answer.TooMany(wait) : Answer.Unauthorized;
    }

    [LoggerMessage(EventId = 1310, Level = LogLevel.Warning, Message = "Refused a call of an operator: the token is not known")]
    private static partial void LogRefused(ILogger logger);
}
