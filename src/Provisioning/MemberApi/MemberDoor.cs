using System.Globalization;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Doors;
using EncryptionService.Provisioning.Envelopes;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>What members read: themselves, their groups, one group (docs/spec/member.md, sections 4 and 5).</summary>
internal sealed class MemberDoor(CoreStore store, MemberCalls calls, MemberCard cards, Proofs proofs)
{
    private const int MostStatements = 500;

    /// <summary>A client reads at most 1 MB of an answer; the rest of it is envelope, proof, certificates and names.</summary>
    private const int MostStatementCharacters = 640 * 1024;

    /// <summary>Who the caller is.</summary>
    public Task<Answer> MeAsync(HttpContext context) => ServeAsync(context, (db, caller) => cards.MeAsync(db, caller.Member, caller.Keys, context.RequestAborted));

    /// <summary>The caller's groups.</summary>
    public Task<Answer> GroupsAsync(HttpContext context) => ServeAsync(context, async (db, caller) =>
    {
        var (member, kid) = (caller.Member.Id, caller.Keys.Hpke);
        var groups = await db.GroupMembers.Where(row => row.MemberId == member)
            .Join(db.Groups, row => row.GroupId, group => group.Id, (row, group) => group)
            .Join(db.Chains, group => group.Id, chain => chain.GroupId, (group, chain) => new
            {
                group.Id,
                group.DisplayName,
                chain.Epoch,
                chain.Revision,
                Envelope = db.Envelopes.Any(row => row.GroupId == group.Id && row.Epoch == chain.Epoch && row.MemberId == member && row.Kid == kid),
            })
            .ToListAsync(context.RequestAborted);
        var entries = groups.OrderBy(row => row.DisplayName, StringComparer.OrdinalIgnoreCase).ThenBy(row => row.Id, StringComparer.Ordinal)
            .Select(row => new GroupEntry(row.Id, row.DisplayName, row.Epoch, row.Revision, row.Envelope));
        return Answer.Json(new GroupsAnswer([.. entries]), MemberAnswers.Default.GroupsAnswer);
    });

    /// <summary>One group of the caller.</summary>
    public Task<Answer> GroupAsync(HttpContext context) => ServeAsync(context, async (db, caller) =>
    {
        if (!TryReadAfter(context.Request, out var after))
        {
            return Answer.Problem(StatusCodes.Status400BadRequest, "malformed", "The request cannot be read.", "'after' must be one revision, a number from 0 on.");
        }

        return GroupId.TryParse(context.Request.RouteValues["grp"] as string, out var group)
            ? await GroupAsync(db, caller, group.Value, after, context.RequestAborted)
            : Answer.NotFound;
    });

    private static bool TryReadAfter(HttpRequest request, out long after)
    {
        after = 0;
        return request.Query["after"] is var values && (values.Count == 0
            || (values.Count == 1 && long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out after) && after <= (long)StrictJson.MaxNumber));
    }

    private async Task<Answer> ServeAsync(HttpContext context, Func<CoreDb, Caller, Task<Answer>> answer)
    {
        var (caller, _, refusal) = await calls.AuthenticateAsync(context);
        return refusal ?? await store.ReadAsync(db => answer(db, caller!), context.RequestAborted);
    }

    private async Task<Answer> GroupAsync(CoreDb db, Caller caller, string group, long after, CancellationToken cancellationToken)
    {
        var member = caller.Member.Id;
        var found = await db.GroupMembers.Where(row => row.GroupId == group && row.MemberId == member)
            .Join(db.Groups, row => row.GroupId, row => row.Id, (_, row) => row)
            .Join(db.Chains, row => row.Id, row => row.GroupId, (row, chain) => new { row.DisplayName, Chain = chain })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return Answer.NotFound;
        }

        // The chain's row is the point in time: statements may be added while we read, and are not looked at.
        var chain = found.Chain;
        var kid = caller.Keys.Hpke;
        var envelope = await db.Envelopes
            .Where(row => row.GroupId == group && row.Epoch == chain.Epoch && row.MemberId == member && row.Kid == kid)
            .OrderByDescending(row => row.Generation).Select(row => row.Jwe).FirstOrDefaultAsync(cancellationToken);
        var statements = await StatementsAsync(db, chain, after, cancellationToken);
        var certificates = await db.Certificates.Where(row => row.OrganizationId == caller.Member.OrganizationId)
            .OrderBy(row => row.Generation).Select(row => row.Certificate).ToListAsync(cancellationToken);
        return Answer.Json(
            new GroupAnswer(
                group, found.DisplayName, envelope, statements, await ProofAsync(db, caller, chain, cancellationToken), certificates,
                after + statements.Count < chain.Revision),
            MemberAnswers.Default.GroupAnswer);
    }

    private static async Task<List<string>> StatementsAsync(CoreDb db, ChainRow chain, long after, CancellationToken cancellationToken)
    {
        var statements = new List<string>();
        var characters = 0;
        var rows = db.Statements.Where(row => row.GroupId == chain.GroupId && row.Revision > after && row.Revision <= chain.Revision)
            .OrderBy(row => row.Revision).Take(MostStatements).Select(row => row.Statement).AsAsyncEnumerable();
        await foreach (var statement in rows.WithCancellation(cancellationToken))
        {
            characters += statement.Length;
            if (statements.Count > 0 && characters > MostStatementCharacters)
            {
                break;
            }

            statements.Add(statement);
        }

        return statements;
    }

    private async Task<IReadOnlyList<string>?> ProofAsync(CoreDb db, Caller caller, ChainRow chain, CancellationToken cancellationToken)
    {
        var text = await db.Statements.Where(row => row.GroupId == chain.GroupId && row.Revision == chain.Revision)
            .Select(row => row.Statement).SingleOrDefaultAsync(cancellationToken);
        if (!Statement.TryParse(text, out var head, out _) || !MemberId.TryParse(caller.Member.Id, out var member))
        {
            return null;
        }

        var proof = await proofs.ProveAsync(head, chain, member, Registrations.IdsOf(caller.Keys), cancellationToken);
        return proof?.Siblings.Select(sibling => sibling.ToString()).ToList();
    }
}
