using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Doors;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>Takes new keys of a member (docs/spec/member.md, section 6).</summary>
internal sealed partial class KeyDoor(
    CoreStore store, MemberCalls calls, MemberCard cards, Registrations registrations, EffectiveRoster rosters, AuditTrail audit, OutboxBell bell, TimeProvider time, ILogger<KeyDoor> logger)
{
    private static readonly Answer onTheirWay = Answer.Problem(
        StatusCodes.Status409Conflict, "keys-on-their-way", "Your present keys are still on their way to the encryption service.", "Try again in a minute.");

    /// <summary>Takes new keys.</summary>
    public async Task<Answer> ChangeAsync(HttpContext context)
    {
        var (caller, body, refusal) = await calls.AuthenticateAsync(context);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!RequestBody.IsJson(context.Request))
        {
            return Answer.Problem(StatusCodes.Status415UnsupportedMediaType, "media-type", "The body must be application/json.");
        }

        (var texts, refusal) = JsonDoor.Read(body, "change", "registration");
        return refusal ?? await ChangeAsync(caller!, texts[0], texts[1], context.RequestAborted);
    }

    private async Task<Answer> ChangeAsync(Caller caller, string change, string registration, CancellationToken cancellationToken)
    {
        try
        {
            var (answer, told) = await store.WriteAsync(db => ChangeAsync(db, caller, change, registration, cancellationToken), cancellationToken);
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

    private async Task<(Answer Answer, bool Told)> ChangeAsync(CoreDb db, Caller caller, string compact, string registered, CancellationToken cancellationToken)
    {
        var id = caller.Member.Id;
        await store.Dialect.LockMembersAsync(db, [id], share: false, cancellationToken);
        var member = await db.Members.SingleOrDefaultAsync(row => row.Id == id && row.Active, cancellationToken);
        var keys = await db.MemberKeys.SingleOrDefaultAsync(row => row.MemberId == id, cancellationToken);

        // Since the token was looked at, the member was suspended or deleted, or another call brought other keys.
        if (member is null || keys is null || keys.Signing != caller.Keys.Signing)
        {
            return (Answer.Unauthorized, false);
        }

        if (!registrations.TryVerify(registered, member.OrganizationId, id, out var registration, out var refusal))
        {
            return (refusal, false);
        }

        if (Registrations.IdsOf(keys) == registration.Keys.Ids)
        {
            return (await cards.MeAsync(db, member, keys, cancellationToken), false);
        }

        refusal = Check(compact, registration, keys, out var change)
            ?? (await IsOnItsWayAsync(db, keys, cancellationToken) ? onTheirWay : null);
        return refusal is null ? await TakeAsync(db, member, keys, change!, registration, cancellationToken) : (refusal, false);
    }

    private Answer? Check(string compact, Registration registration, MemberKeysRow keys, out KeyChange? change)
    {
        if (!KeyChange.TryParse(compact, out change, out var error))
        {
            return Invalid($"it {error}");
        }

        var present = SigningJwk.TryParse(keys.SigningJwk, out var key, out _) ? key : null;
        return change.Organization != registration.Organization || change.Member != registration.Member ? Invalid("'org' or 'mem' is not the registration's")
            : change.Old != Registrations.IdsOf(keys) ? Invalid("'old' are not the present keys")
            : change.New != registration.Keys.Ids ? Invalid("'new' are not the keys of the registration")
            : !change.VerifiedBy(present) ? Invalid("it is not signed with the old key")
            : !change.IsTimely(time.GetUtcNow(), out error) ? Invalid($"{error}; compare the clocks")
            : (long)change.Counter != keys.Counter
                ? Answer.Problem(StatusCodes.Status409Conflict, "counter", "'cnt' is not the present counter.", "Ask for 'me' and sign again.")
            : null;
    }

    /// <summary>
    /// The service has not yet answered for the present keys: it may pin them at any moment, or pin the new ones first. A stay that was ended before
    /// it was answered counts as well, for as long as its event has to be sent; so does one that was refused before and is asked for again.
    /// </summary>
    private static async Task<bool> IsOnItsWayAsync(CoreDb db, MemberKeysRow keys, CancellationToken cancellationToken)
    {
        var (member, hpke, signing) = (keys.MemberId, keys.Hpke, keys.Signing);
        return await db.Rosters.AnyAsync(
            row => row.MemberId == member && row.Hpke == hpke && row.Signing == signing && row.FromRevision == null
                && (db.Events.Any(sent => sent.GroupId == row.GroupId && sent.Sequence == row.AddedSequence && sent.State == EventState.Waiting)
                    || (row.RemovedSequence == null && !db.Refusals.Any(refusal => refusal.GroupId == row.GroupId && refusal.MemberId == row.MemberId))),
            cancellationToken);
    }

    private static Answer Invalid(string problem) => Answer.Problem(
        StatusCodes.Status400BadRequest, "key-change-invalid", "The key change is not as it must be.", $"{char.ToUpperInvariant(problem[0])}{problem[1..]}.");

    private async Task<(Answer Answer, bool Told)> TakeAsync(
        CoreDb db, MemberRow member, MemberKeysRow keys, KeyChange change, Registration registration, CancellationToken cancellationToken)
    {
        // A receipt may have come since they were read; it is looked at after the stays that it would have answered.
        await db.Entry(keys).ReloadAsync(cancellationToken);

        // The service pinned these keys, or earlier ones of the same row of changes: it has to see each change, in order.
        if (keys.Pinned || keys.Counter > 1)
        {
            db.KeyChanges.Add(new KeyChangeRow
            {
                MemberId = member.Id,
                Counter = keys.Counter,
                Document = change.Jws.Compact,
                HpkeJwk = registration.Hpke.ToJson(),
                SigningJwk = registration.Signing.ToJson(),
            });
            keys.Counter++;
            keys.Pinned = false;
        }

        registrations.Write(keys, registration);
        audit.Add(db, member.OrganizationId, Actor.Member(member.Id), "member.rekeyed", member.Id, member.UserName);
        var groups = await db.GroupMembers.Where(row => row.MemberId == member.Id).Select(row => row.GroupId).ToListAsync(cancellationToken);
        var told = await rosters.TouchAsync(db, groups, [member.Id], cancellationToken);
        LogRekeyed(logger, member.OrganizationId, member.Id);
        return (await cards.MeAsync(db, member, keys, cancellationToken), told);
    }

    [LoggerMessage(EventId = 1302, Level = LogLevel.Information, Message = "Organization {Organization}: member {Member} has new keys")]
    private static partial void LogRekeyed(ILogger logger, string organization, string member);
}
