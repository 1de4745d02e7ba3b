using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Journal;
using EncryptionService.Provisioning.Settings;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace EncryptionService.Provisioning.Scim.Http;

/// <summary>Everything below <c>/scim</c>: checks the token, finds the endpoint, and answers whatever happens as SCIM does.</summary>
internal sealed class ScimDoor(
    ScimGate gate, UserEndpoint users, GroupEndpoint groups, CallBook book, IOptions<ProvisioningOptions> options, TimeProvider time, ILogger<ScimDoor> logger)
{
    private static readonly TimeSpan outagePause = TimeSpan.FromSeconds(10);

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var target = ScimTarget.Of(context.Request.Path.Value!);
        var method = context.Request.Method;
        var note = new CallNote { ResourceId = Known(target) };
        try
        {
            var (answer, caller) = await AnswerAsync(context, target, note);
            Note(context, target, note, answer, caller, time.GetElapsedTime(started));
            await answer.WriteAsync(context.Response, context.RequestAborted);
            // What a stranger says is not written down.
            ScimLog.Answered(
                logger, Known(method), target.Place, caller is null ? null : Known(target), caller?.Connection, answer.Status, time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
    }

    private static string Known(string method) => method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" ? method : "other";

    private static string? Known(ScimTarget target) =>
        target is { Place: ScimPlace.User or ScimPlace.Group, Id: { } id } && Guid.TryParseExact(id, "D", out var known) ? known.ToString() : null;

    /// <summary>For the organization's own log, before the answer goes out: what was done is told even if the client has gone.</summary>
    private void Note(HttpContext context, ScimTarget target, CallNote note, ScimAnswer answer, ConnectionIdentity? caller, TimeSpan took)
    {
        if (caller is null)
        {
            if (answer.Status == StatusCodes.Status401Unauthorized && target.Connection is { } connection)
            {
                book.WrongToken(connection);
            }

            return;
        }

        var kind = target.Place switch
        {
            ScimPlace.Users or ScimPlace.User => CallKind.User,
            ScimPlace.Groups or ScimPlace.Group => CallKind.Group,
            _ => CallKind.Other,
        };
        var error = answer.Status >= StatusCodes.Status400BadRequest ? answer.Body : null;
        book.Add(new AnsweredCall(
            caller.Organization, caller.Connection, time.GetUtcNow(), Known(context.Request.Method), kind, answer.Status, (string?)error?["scimType"], (string?)error?["detail"], took, note));
    }

    private async Task<(ScimAnswer Answer, ConnectionIdentity? Caller)> AnswerAsync(HttpContext context, ScimTarget target, CallNote note)
    {
        if (target.Connection is null)
        {
            return (ScimAnswer.Of(ScimError.NoSuchEndpoint()), null);
        }

        ConnectionIdentity? caller = null;
        try
        {
            (caller, var refusal) = await gate.CheckAsync(context, target.Connection, context.RequestAborted);
            if (caller is null)
            {
                return (refusal!, null);
            }

            var baseUrl = new Uri(options.Value.PublicAddress, $"/scim/{caller.Connection}/v2").AbsoluteUri;
            return (await DispatchAsync(new ScimCall(context.Request, caller, baseUrl, note, context.RequestAborted), target), caller);
        }
        catch (ScimFailure failure)
        {
            return (ScimAnswer.Of(failure.Error), caller);
        }
        catch (BadHttpRequestException exception)
        {
            // What the server itself refuses while the body is read: too long, too slow, cut off.
            var error = exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? ScimError.TooLarge(ScimBody.MostBytes)
                : new ScimError(exception.StatusCode, null, "The request could not be read.");
            return (ScimAnswer.Of(error, (HeaderNames.Connection, "close")), caller);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            if (ScimOutage.Is(exception))
            {
                ScimLog.Unreachable(logger, Known(context.Request.Method), target.Place, exception);
                return (ScimAnswer.Of(ScimError.Unavailable(), ScimAnswer.RetryAfter(outagePause)), caller);
            }

            ScimLog.Failed(logger, Known(context.Request.Method), target.Place, exception);
            return (ScimAnswer.Of(ScimError.Internal()), caller);
        }
    }

    private async Task<ScimAnswer> DispatchAsync(ScimCall call, ScimTarget target) => (target.Place, call.Request.Method) switch
    {
        (ScimPlace.None, _) => ScimAnswer.Of(ScimError.NoSuchEndpoint()),
        (ScimPlace.NotImplemented, _) => ScimAnswer.Of(ScimError.NotImplemented("This server has no bulk requests, no /Me and no search by POST.")),
        (ScimPlace.Users, "GET") => await users.ListAsync(call),
        (ScimPlace.Users, "POST") => await users.CreateAsync(call),
        (ScimPlace.User, "GET") => await users.GetAsync(call, target.Id!),
        (ScimPlace.User, "PUT") => await users.ReplaceAsync(call, target.Id!),
        (ScimPlace.User, "PATCH") => await users.PatchAsync(call, target.Id!),
        (ScimPlace.User, "DELETE") => await users.DeleteAsync(call, target.Id!),
        (ScimPlace.Groups, "GET") => await groups.ListAsync(call),
        (ScimPlace.Groups, "POST") => await groups.CreateAsync(call),
        (ScimPlace.Group, "GET") => await groups.GetAsync(call, target.Id!),
        (ScimPlace.Group, "PUT") => await groups.ReplaceAsync(call, target.Id!),
        (ScimPlace.Group, "PATCH") => await groups.PatchAsync(call, target.Id!),
        (ScimPlace.Group, "DELETE") => await groups.DeleteAsync(call, target.Id!),
        (_, "GET") => DiscoveryEndpoint.Get(call, target),
        _ => ScimAnswer.Of(ScimError.MethodNotAllowed(), (HeaderNames.Allow, target.Methods)),
    };
}
