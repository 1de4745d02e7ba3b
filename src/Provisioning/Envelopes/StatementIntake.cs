using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>Takes statements into a group's chain, whichever way they come: posted by the service, or fetched from it (docs/spec/core.md, section 3).</summary>
internal sealed partial class StatementIntake(IDialect dialect, AuditTrail audit, TimeProvider time, ILogger<StatementIntake> logger)
{
    /// <summary>Takes a statement; the chain is held from here to the end of the transaction.</summary>
    /// <param name="db">The transaction's context. Commit it whatever the verdict: a fork leaves a line in the audit trail.</param>
    /// <param name="organization">Organization.</param>
    /// <param name="group">Group.</param>
    /// <param name="compact">The JWS.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IntakeResult> TakeAsync(CoreDb db, string organization, string group, string compact, CancellationToken cancellationToken)
    {
        var result = await JudgeAsync(db, organization, group, compact, cancellationToken);
        await WriteAsync(db, result, cancellationToken);
        return result;
    }

    /// <summary>Says what <see cref="WriteAsync"/> would do, and holds the chain. Changes nothing.</summary>
    public async Task<IntakeResult> JudgeAsync(CoreDb db, string organization, string group, string compact, CancellationToken cancellationToken)
    {
        if (!Statement.TryParse(compact, out var statement, out var error))
        {
            return new IntakeResult(IntakeVerdict.Refused, null, 0, $"the statement {error}");
        }

        if (statement.Organization.Value != organization || statement.Group.Value != group)
        {
            return new IntakeResult(IntakeVerdict.Refused, statement, 0, "the statement is about another group");
        }

        await dialect.LockChainAsync(db, group, cancellationToken);
        var chain = await db.Chains.SingleOrDefaultAsync(row => row.GroupId == group && row.OrganizationId == organization, cancellationToken);
        if (chain is null)
        {
            return new IntakeResult(IntakeVerdict.NoGroup, statement, 0, "there is no such group");
        }

        var revision = checked((long)statement.Revision);
        var expected = chain.Revision + 1;
        var certificates = await IssuersAsync(db, organization, cancellationToken);
        if (!certificates.TryGetValue(statement.Issuer, out var certificate) || !statement.VerifiedBy(certificate.Identity))
        {
            return new IntakeResult(IntakeVerdict.Refused, statement, expected, "the statement is not signed by an identity that is enrolled");
        }

        if (revision > expected)
        {
            return new IntakeResult(IntakeVerdict.Gap, statement, expected, "an earlier statement is missing");
        }

        if (revision < expected)
        {
            var known = await db.Statements.Where(row => row.GroupId == group && row.Revision == revision).Select(row => row.Hash).SingleAsync(cancellationToken);
            return known == statement.Hash.ToString()
                ? new IntakeResult(IntakeVerdict.Known, statement, expected, "")
                : new IntakeResult(IntakeVerdict.Fork, statement, expected, "there is another statement of that revision");
        }

        return await WhyNotNextAsync(db, chain, statement, certificates, cancellationToken) is { } reason
            ? new IntakeResult(IntakeVerdict.Fork, statement, expected, $"the statement does not continue the one before: {reason}")
            : new IntakeResult(IntakeVerdict.Stored, statement, expected, "");
    }

    /// <summary>Does what <see cref="JudgeAsync"/> said in the same transaction.</summary>
    public async Task WriteAsync(CoreDb db, IntakeResult result, CancellationToken cancellationToken)
    {
        if (result.Statement is not { } statement)
        {
            return;
        }

        var group = statement.Group.Value;
        switch (result.Verdict)
        {
            case IntakeVerdict.Stored:
                var chain = await db.Chains.SingleAsync(row => row.GroupId == group, cancellationToken);
                chain.Revision = (long)statement.Revision;
                chain.Epoch = (long)statement.Epoch;
                db.Statements.Add(new StatementRow
                {
                    GroupId = group,
                    Revision = chain.Revision,
                    Epoch = chain.Epoch,
                    Hash = statement.Hash.ToString(),
                    Statement = statement.Jws.Compact,
                    ReceivedAt = time.GetUtcNow(),
                });
                break;
            case IntakeVerdict.Gap:
                await db.Chains.Where(row => row.GroupId == group).ExecuteUpdateAsync(set => set.SetProperty(row => row.CheckAt, time.GetUtcNow()), cancellationToken);
                break;
            case IntakeVerdict.Fork:
                await TellForkAsync(db, statement, cancellationToken);
                break;
            default:
                break;
        }
    }

    private static async Task<Dictionary<Thumbprint, IdentityCertificate>> IssuersAsync(CoreDb db, string organization, CancellationToken cancellationToken)
    {
        var texts = await db.Certificates.Where(row => row.OrganizationId == organization).Select(row => row.Certificate).ToListAsync(cancellationToken);
        var issuers = new Dictionary<Thumbprint, IdentityCertificate>();
        foreach (var text in texts)
        {
            // Each was verified when its service enrolled.
            if (IdentityCertificate.TryParse(text, out var certificate, out _))
            {
                issuers[certificate.Identity.Thumbprint] = certificate;
            }
        }

        return issuers;
    }

    private static async Task<string?> WhyNotNextAsync(
        CoreDb db, ChainRow chain, Statement statement, Dictionary<Thumbprint, IdentityCertificate> issuers, CancellationToken cancellationToken)
    {
        if (chain.Revision == 0)
        {
            return null;
        }

        var text = await db.Statements
            .Where(row => row.GroupId == chain.GroupId && row.Revision == chain.Revision).Select(row => row.Statement).SingleAsync(cancellationToken);
        if (!Statement.TryParse(text, out var head, out var error))
        {
            throw new InvalidOperationException($"The statement of revision {chain.Revision} of group {chain.GroupId} cannot be read any more: {error}");
        }

        return !statement.Continues(head, out var reason) ? reason
            : issuers.TryGetValue(head.Issuer, out var earlier) && earlier.Generation > issuers[statement.Issuer].Generation ? "its identity was replaced"
            : null;
    }

    private async Task TellForkAsync(CoreDb db, Statement statement, CancellationToken cancellationToken)
    {
        var organization = statement.Organization.Value;
        var group = statement.Group.Value;
        var detail = $"revision {statement.Revision}, hash {statement.Hash}";
        LogFork(logger, organization, group, (long)statement.Revision);
        if (!await db.Audit.AnyAsync(row => row.OrganizationId == organization && row.Action == "statement.fork" && row.Subject == group && row.Detail == detail, cancellationToken))
        {
            audit.Add(db, organization, Actor.Service, "statement.fork", group, detail: detail);
        }
    }

    [LoggerMessage(EventId = 1200, Level = LogLevel.Error,
        Message = "Organization {Organization}, group {Group}: the service signed a statement of revision {Revision} that contradicts what it signed before. Its ledger was cut or restored, or its identity is in other hands. Nothing was stored; the group freezes at the next event")]
    private static partial void LogFork(ILogger logger, string organization, string group, long revision);
}
