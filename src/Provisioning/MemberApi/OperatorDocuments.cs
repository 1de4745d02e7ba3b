using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Doors;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>Carries operators' documents to the service, and does what follows from them (docs/spec/member.md, section 7).</summary>
internal sealed partial class OperatorDocuments(
    CoreStore store, IServiceApprovals service, EffectiveRoster rosters, AuditTrail audit, OutboxBell bell, ILogger<OperatorDocuments> logger)
{
    /// <summary>The reason of those who wait for an approval, as the contract names it.</summary>
    public const string Pending = "APPROVAL_PENDING";

    /// <summary>Hands over a document. The core reads it, but the service alone says whether it is good.</summary>
    /// <param name="organization">Organization.</param>
    /// <param name="document">The JWS.</param>
    /// <param name="carrier">Who hands it in.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Answer> SubmitAsync(string organization, string document, Actor carrier, CancellationToken cancellationToken)
    {
        var isApproval = Approval.TryParse(document, out var approval, out _);
        Recovery? recovery = null;
        if (!isApproval && !Recovery.TryParse(document, out recovery, out _))
        {
            return Invalid("It is neither an approval nor a recovery.");
        }

        if ((approval?.Organization ?? recovery!.Organization).Value != organization)
        {
            return Invalid("'org' is another organization.");
        }

        if (recovery is not null && !await IsGroupAsync(organization, recovery.Group.Value, cancellationToken))
        {
            return Invalid("'grp' is no group of this organization.");
        }

        var result = await service.SubmitAsync(organization, document, cancellationToken);
        if (result.Verdict != ApprovalVerdict.Taken)
        {
            return result.Verdict == ApprovalVerdict.Refused
                ? Answer.Problem(StatusCodes.Status422UnprocessableEntity, "document-refused", "The encryption service does not take this document.", result.Problem)
                : Answer.Problem(StatusCodes.Status502BadGateway, "service-unreachable", "The encryption service does not answer.", "Nothing is lost: send the document again later.");
        }

        await NoteAsync(organization, carrier, approval is null ? "operator.recovered" : "operator.approved", recovery?.Group.Value ?? organization, approval, cancellationToken);
        if (approval is not null)
        {
            // Whoever was accepted already counts, too: an earlier attempt may have ended between the service and here.
            var refused = result.Refused.Select(entry => entry.Member).ToHashSet();
            await SendAgainAsync(organization, [.. approval.Members.Select(entry => entry.Member.Value).Where(id => !refused.Contains(id))], cancellationToken);
        }
        else
        {
            await service.RepairAsync(organization, recovery!.Group.Value, cancellationToken);
        }

        LogTaken(logger, organization, approval is null ? "recovery" : "approval", result.Accepted, result.Refused.Count);
        return Answer.Json(new DocumentAnswer(result.Accepted, result.Refused), MemberAnswers.Default.DocumentAnswer);
    }

    private static Answer Invalid(string detail) =>
        Answer.Problem(StatusCodes.Status400BadRequest, "document-invalid", "The document is not as it must be.", detail);

    private Task<bool> IsGroupAsync(string organization, string group, CancellationToken cancellationToken) => store.ReadAsync(
        db => db.Lanes.AnyAsync(row => row.GroupId == group && row.OrganizationId == organization, cancellationToken), cancellationToken);

    private Task NoteAsync(string organization, Actor carrier, string action, string subject, Approval? approval, CancellationToken cancellationToken) => store.WriteAsync(
        db =>
        {
            audit.Add(db, organization, carrier, action, subject, detail: approval is null ? null : $"{approval.Members.Count} members");
            return Task.CompletedTask;
        },
        cancellationToken);

    /// <summary>Members whom the service refused for want of this approval are asked for again, group by group.</summary>
    private async Task SendAgainAsync(string organization, HashSet<string> approved, CancellationToken cancellationToken)
    {
        var refusals = await store.ReadAsync(
            db => db.Refusals.Where(row => row.OrganizationId == organization && row.Reason == Pending).Select(row => new { row.GroupId, row.MemberId }).ToListAsync(cancellationToken),
            cancellationToken);
        foreach (var group in refusals.Where(row => approved.Contains(row.MemberId)).GroupBy(row => row.GroupId, row => row.MemberId))
        {
            List<string> members = [.. group];
            await store.WriteAsync(
                async db =>
                {
                    await store.Dialect.LockMembersAsync(db, members, share: true, cancellationToken);
                    await db.Refusals.Where(row => row.GroupId == group.Key && row.Reason == Pending && members.Contains(row.MemberId)).ExecuteDeleteAsync(cancellationToken);
                    await rosters.TouchAsync(db, [group.Key], members, cancellationToken);
                },
                cancellationToken);
            bell.Ring();
        }
    }

    [LoggerMessage(EventId = 1311, Level = LogLevel.Information, Message = "Organization {Organization}: the service took an operator's {Kind}: {Accepted} accepted, {Refused} refused")]
    private static partial void LogTaken(ILogger logger, string organization, string kind, int accepted, int refused);
}
