using System.Text.Json.Serialization;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Doors;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>Takes the posts of services (docs/spec/core.md, section 3).</summary>
internal sealed partial class PostDoor(CoreStore store, ServiceCalls calls, StatementIntake statements, TimeProvider time, ILogger<PostDoor> logger)
{
    /// <summary>A thousand of the longest envelopes, and a statement.</summary>
    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Answers one post.</summary>
    public async Task<Answer> AnswerAsync(HttpContext context)
    {
        if (!OrganizationId.TryParse(context.Request.RouteValues["org"] as string, out var organization)
            || !GroupId.TryParse(context.Request.RouteValues["grp"] as string, out var group))
        {
            return Answer.NotFound;
        }

        // A stranger must not make the core hold his bytes: the token first.
        if (await calls.AuthenticateAsync(context, organization.Value) is not { } token)
        {
            return Answer.Unauthorized;
        }

        var (body, refusal) = await RequestBody.ReadAsync(context, MostBytes);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!calls.IsBound(token, body))
        {
            return Answer.Unauthorized;
        }

        var answer = GroupPost.TryRead(body, out var post, out var problem)
            ? await TakeAsync(organization.Value, group.Value, post, context.RequestAborted)
            : Refused(organization.Value, group.Value, $"the body {problem}");
        await calls.NoteContactAsync(token, context.RequestAborted);
        return answer;
    }

    /// <summary>Takes a post, all of it or nothing.</summary>
    private Task<Answer> TakeAsync(string organization, string group, GroupPost post, CancellationToken cancellationToken) => store.WriteAsync(
        async db =>
        {
            var judged = await statements.JudgeAsync(db, organization, group, post.Statement, cancellationToken);
            if (!judged.IsThere)
            {
                await statements.WriteAsync(db, judged, cancellationToken);
                return Answered(organization, group, judged);
            }

            var envelopes = new EnvelopeIntake(db, judged.Statement!, post, time.GetUtcNow());
            if (await envelopes.WhyNotAsync(cancellationToken) is { } problem)
            {
                return Refused(organization, group, problem);
            }

            await statements.WriteAsync(db, judged, cancellationToken);
            var stored = await envelopes.WriteAsync(cancellationToken);
            return Answer.Json(new PostAnswer(stored, post.Envelopes.Count - stored), PostContext.Default.PostAnswer);
        },
        cancellationToken);

    private Answer Answered(string organization, string group, IntakeResult judged) => judged.Verdict switch
    {
        IntakeVerdict.Gap => Answer.Problem(StatusCodes.Status409Conflict, "revision-gap", "An earlier statement is missing.", expected: judged.Expected),
        IntakeVerdict.NoGroup => Answer.NotFound,
        _ => Refused(organization, group, judged.Problem),
    };

    private Answer Refused(string organization, string group, string problem)
    {
        LogRefused(logger, organization, group, problem);
        return Answer.Problem(StatusCodes.Status400BadRequest, "post-refused", "The post does not fit. Nothing was stored.", $"{char.ToUpperInvariant(problem[0])}{problem[1..]}.");
    }

    [LoggerMessage(EventId = 1202, Level = LogLevel.Error, Message = "Organization {Organization}, group {Group}: refused a post: {Problem}")]
    private static partial void LogRefused(ILogger logger, string organization, string group, string problem);
}

/// <summary>What became of a post's envelopes.</summary>
internal sealed record PostAnswer(int Stored, int Existing);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PostAnswer))]
[JsonSerializable(typeof(EnrolmentAnswer))]
internal sealed partial class PostContext : JsonSerializerContext;
