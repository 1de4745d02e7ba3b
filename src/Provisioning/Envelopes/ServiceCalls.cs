using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Doors;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>Authenticates the calls of enrolled services, before their bytes are read.</summary>
internal sealed partial class ServiceCalls(CoreStore store, CallTokens tokens, TimeProvider time, ILogger<ServiceCalls> logger)
{
    private static readonly TimeSpan contactGrain = TimeSpan.FromMinutes(1);

    /// <summary>Checks the token of a call, but for the bytes that it is bound to.</summary>
    /// <returns>The token, or null: the answer is 401, whatever the reason.</returns>
    public async Task<CallToken?> AuthenticateAsync(HttpContext context, string organization)
    {
        if (!CallTokens.TryRead(context.Request, out var token, out var reason))
        {
            LogRefused(logger, organization, reason);
            return null;
        }

        var text = await store.ReadAsync(
            db => db.Services.Where(row => row.OrganizationId == organization).Select(row => row.CallKey).SingleOrDefaultAsync(context.RequestAborted), context.RequestAborted);
        SigningJwk? key = null;
        var problem = text is null || !SigningJwk.TryParse(text, out key, out _) ? "no service is enrolled" : tokens.WhyNot(token, key, organization, context.Request);
        if (problem is null)
        {
            return token;
        }

        LogRefused(logger, organization, problem);
        if (key is not null && token.IssuedAt - time.GetUtcNow().ToUnixTimeSeconds() is > TimedObject.Leeway and var ahead && token.VerifiedBy(key))
        {
            await NoteClockAsync(organization, ahead, context.RequestAborted);
        }

        return null;
    }

    /// <summary>Checks that a token is bound to these bytes; the answer to a false one is 401, too.</summary>
    public bool IsBound(CallToken token, byte[] body)
    {
        if (CallTokens.IsBoundTo(token, body))
        {
            return true;
        }

        LogRefused(logger, token.Organization.Value, "another request");
        return false;
    }

    /// <summary>
    /// Shows that the service's clock is ahead: what it posts is refused, while calls to it go well. (Behind, it refuses these, and that is shown.) Said once.
    /// </summary>
    private async Task NoteClockAsync(string organization, long ahead, CancellationToken cancellationToken)
    {
        var problem = $"{ServiceRow.ClockProblem}the service's is {ahead} s ahead of this core's, so that what it posts is refused. Set the clock that is wrong; the rest comes by itself";
        if (await store.ReadAsync(db => db.Services.AnyAsync(row => row.OrganizationId == organization && !(row.Problem ?? "").StartsWith(ServiceRow.ClockProblem), cancellationToken), cancellationToken))
        {
            await store.WriteAsync(
                db => db.Services.Where(row => row.OrganizationId == organization).ExecuteUpdateAsync(set => set.SetProperty(row => row.Problem, problem), cancellationToken),
                cancellationToken);
        }
    }

    /// <summary>Remembers that the service spoke, and which replica, to the minute: the rows are everybody's, and not worth waiting for.</summary>
    public async Task NoteContactAsync(CallToken token, CancellationToken cancellationToken)
    {
        var (organization, replica) = (token.Organization.Value, token.Replica);
        var now = time.GetUtcNow();
        var before = now - contactGrain;
        var due = await store.ReadAsync(
            db => db.Services
                .Where(row => row.OrganizationId == organization)
                .Select(row => new
                {
                    Service = row.LastContactAt < before || row.Problem!.StartsWith(ServiceRow.ClockProblem),
                    Replica = db.Replicas.Any(one => one.OrganizationId == organization && one.Identity == row.Identity && one.Name == replica && one.LastContactAt < before),
                })
                .SingleOrDefaultAsync(cancellationToken),
            cancellationToken);
        if (due is { Service: true } or { Replica: true })
        {
            await store.WriteAsync(db => WriteContactAsync(db, organization, replica, before, now, cancellationToken), cancellationToken);
        }
    }

    private static async Task WriteContactAsync(
        CoreDb db, string organization, string? replica, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await db.Services.Where(row => row.OrganizationId == organization && row.Problem!.StartsWith(ServiceRow.ClockProblem))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Problem, (string?)null), cancellationToken);
        await db.Services.Where(row => row.OrganizationId == organization && row.LastContactAt < before)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastContactAt, now), cancellationToken);
        await db.Replicas
            .Where(row => row.OrganizationId == organization && row.Name == replica && row.LastContactAt < before
                && db.Services.Any(service => service.OrganizationId == organization && service.Identity == row.Identity))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastContactAt, now), cancellationToken);
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "Refused a call of the service of organization {Organization}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string organization, string reason);
}
