using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Doors;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>A member whose call is authentic.</summary>
internal sealed record Caller(MemberRow Member, MemberKeysRow Keys);

/// <summary>Authenticates the calls of members (docs/spec/member.md, section 3).</summary>
internal sealed partial class MemberCalls(CoreStore store, CallTokens tokens, ILogger<MemberCalls> logger)
{
    private static readonly Answer suspended = Answer.Problem(
        StatusCodes.Status403Forbidden, "suspended", "You are suspended.", "Ask your administrator. Everything is back once you are restored.");

    /// <summary>Checks token and caller, reads the body, checks that the token is bound to it.</summary>
    /// <returns>The caller and the body, or what to answer instead.</returns>
    public async Task<(Caller? Caller, byte[] Body, Answer? Refusal)> AuthenticateAsync(HttpContext context)
    {
        if (!CallTokens.TryRead(context.Request, out var token, out var reason))
        {
            return (null, [], Refuse(reason));
        }

        var caller = await FindAsync(token.Jws.Kid.ToString(), context.RequestAborted);
        if (caller is null || !SigningJwk.TryParse(caller.Keys.SigningJwk, out var key, out _))
        {
            return (null, [], Refuse("nobody has that key"));
        }

        if (tokens.WhyNot(token, key, caller.Member.OrganizationId, context.Request) is { } problem)
        {
            return (null, [], Refuse(problem));
        }

        var (body, refusal) = await RequestBody.ReadAsync(context, JsonDoor.MostBytes);
        refusal ??= !CallTokens.IsBoundTo(token, body) ? Refuse("another request") : caller.Member.Active ? null : suspended;
        return refusal is null ? (caller, body, null) : (null, [], refusal);
    }

    private Task<Caller?> FindAsync(string signing, CancellationToken cancellationToken) => store.ReadAsync(
        async db => await db.MemberKeys.Where(row => row.Signing == signing)
            .Join(db.Members, keys => keys.MemberId, member => member.Id, (keys, member) => new { keys, member })
            .SingleOrDefaultAsync(cancellationToken) is { } found ? new Caller(found.member, found.keys) : null,
        cancellationToken);

    private Answer Refuse(string reason)
    {
        LogRefused(logger, reason);
        return Answer.Unauthorized;
    }

    [LoggerMessage(EventId = 1301, Level = LogLevel.Information, Message = "Refused a call of a member: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
