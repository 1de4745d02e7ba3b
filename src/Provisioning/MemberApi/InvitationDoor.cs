using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Doors;
using EncryptionService.Provisioning.Organizations;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>Tells what an invitation is, and takes its acceptance (docs/spec/member.md, section 2).</summary>
internal sealed partial class InvitationDoor(
    CoreStore store, MemberCard cards, Registrations registrations, EffectiveRoster rosters, AuditTrail audit, OutboxBell bell, WrongTokenLimiter limiter,
    TimeProvider time, ILogger<InvitationDoor> logger)
{
    private static readonly Answer unknown = Answer.Problem(
        StatusCodes.Status404NotFound, "invitation-unknown", "The invitation is not known, or it is expired.", "Ask your administrator for a new invitation.");

    private static readonly Answer forbidden = Answer.Problem(
        StatusCodes.Status403Forbidden, "invitation-forbidden", "The invitation may not be accepted now.", "Ask your administrator: you are suspended. The link works again once you are restored.");

    private static readonly Answer used = Answer.Problem(
        StatusCodes.Status409Conflict, "invitation-used", "The invitation was accepted already, with other keys.", "If that was not you, tell your administrator at once.");

    /// <summary>Tells, and changes nothing.</summary>
    public async Task<Answer> TellAsync(HttpContext context)
    {
        var (texts, refusal) = await JsonDoor.ReadAsync(context, "token");
        if (refusal is not null)
        {
            return refusal;
        }

        var answer = await store.ReadAsync(
            async db => await MemberOfAsync(db, texts[0], context.RequestAborted) is not { } id || await MemberAsync(db, id, context.RequestAborted) is not { } member ? unknown
                : !member.Active ? forbidden
                : await cards.InvitationAsync(db, member, context.RequestAborted),
            context.RequestAborted);
        return Limited(answer, context);
    }

    /// <summary>Takes the keys of a member that accepts.</summary>
    public async Task<Answer> AcceptAsync(HttpContext context)
    {
        var (texts, refusal) = await JsonDoor.ReadAsync(context, "token", "registration");
        return refusal ?? Limited(await AcceptAsync(texts[0], texts[1], context.RequestAborted), context);
    }

    /// <summary>Takes the keys of a member that accepts.</summary>
    public async Task<Answer> AcceptAsync(string token, string registration, CancellationToken cancellationToken)
    {
        try
        {
            var (answer, told) = await store.WriteAsync(db => AcceptAsync(db, token, registration, cancellationToken), cancellationToken);
            if (told)
            {
                bell.Ring();
            }

            return answer;
        }
        catch (UniqueException)
        {
            return Registrations.KeyTaken;
        }
    }

    private static async Task<MemberRow?> MemberAsync(CoreDb db, string id, CancellationToken cancellationToken) =>
        await db.Members.SingleOrDefaultAsync(row => row.Id == id, cancellationToken);

    private async Task<(Answer Answer, bool Told)> AcceptAsync(CoreDb db, string token, string compact, CancellationToken cancellationToken)
    {
        if (await MemberOfAsync(db, token, cancellationToken) is not { } id)
        {
            return (unknown, false);
        }

        // Two acceptances at once: the second one waits here, and sees the keys of the first.
        await store.Dialect.LockMembersAsync(db, [id], share: false, cancellationToken);
        if (await MemberAsync(db, id, cancellationToken) is not { } member)
        {
            return (unknown, false);
        }

        if (!member.Active)
        {
            return (forbidden, false);
        }

        if (!registrations.TryVerify(compact, member.OrganizationId, id, out var registration, out var refusal))
        {
            return (refusal, false);
        }

        if (await db.MemberKeys.SingleOrDefaultAsync(row => row.MemberId == id, cancellationToken) is { } present)
        {
            return (Registrations.IdsOf(present) == registration.Keys.Ids ? await cards.MeAsync(db, member, present, cancellationToken) : used, false);
        }

        var keys = registrations.First(member, registration);
        db.MemberKeys.Add(keys);
        member.AcceptedAt = time.GetUtcNow();
        await db.Invitations.Where(row => row.MemberId == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, (DateTimeOffset?)null), cancellationToken);
        audit.Add(db, member.OrganizationId, Actor.Member(id), "member.accepted", id, member.UserName);
        var groups = await db.GroupMembers.Where(row => row.MemberId == id).Select(row => row.GroupId).ToListAsync(cancellationToken);
        var told = await rosters.TouchAsync(db, groups, [id], cancellationToken);
        LogAccepted(logger, member.OrganizationId, id);
        return (await cards.MeAsync(db, member, keys, cancellationToken), told);
    }

    private async Task<string?> MemberOfAsync(CoreDb db, string token, CancellationToken cancellationToken)
    {
        var hash = OneTimeSecret.HashOf(token);
        var now = time.GetUtcNow();
        return await db.InvitationTokens.Where(row => row.Hash == hash && row.ExpiresAt > now).Select(row => row.MemberId).SingleOrDefaultAsync(cancellationToken);
    }

    private Answer Limited(Answer answer, HttpContext context) =>
        answer == unknown && limiter.Wrong(context.Connection.RemoteIpAddress) is { } wait ? Answer.TooMany(wait) : answer;

    [LoggerMessage(EventId = 1300, Level = LogLevel.Information, Message = "Organization {Organization}: member {Member} accepted the invitation")]
    private static partial void LogAccepted(ILogger logger, string organization, string member);
}
