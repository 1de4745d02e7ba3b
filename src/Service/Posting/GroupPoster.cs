using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Service.Keys;

namespace EncryptionService.Service.Posting;

/// <summary>One post: a statement, and envelopes of the key that it names.</summary>
/// <param name="Group">The group.</param>
/// <param name="Statement">The statement, compact.</param>
/// <param name="Epoch">The epoch of the envelopes.</param>
/// <param name="Generation">0, or the number of the reseal.</param>
/// <param name="Envelopes">At most <see cref="GroupPoster.MaxEnvelopes"/>.</param>
internal sealed record GroupPost(GroupId Group, string Statement, ulong Epoch, ulong Generation, IReadOnlyList<WrappedEnvelope> Envelopes)
{
    /// <summary>The statements before it that are at hand, oldest first.</summary>
    public IReadOnlyList<string> Earlier { get; init; } = [];
}

/// <summary>Posts statements and envelopes, and nothing else (docs/spec/core.md, section 3).</summary>
/// <remarks>
/// (1) post; (2) the core lacks earlier statements: another replica took the events before, and its posts are late, or died with it. (3) Post those
/// that are at hand, bare; the other replica's own posts then find them there. (4) Post again.
/// </remarks>
internal sealed partial class GroupPoster(CoreClient core, KeyRing ring, PostMetrics metrics, ILogger<GroupPoster> logger)
{
    /// <summary>Most envelopes in a post.</summary>
    public const int MaxEnvelopes = 1_000;

    /// <summary>Posts, and says what became of it.</summary>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    public async Task<PostOutcome> PostAsync(GroupPost post, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(post, cancellationToken); // (1)
        if (answer.Outcome == PostOutcome.Gap && Missing(post, answer.Expected) is { Count: > 0 } missing) // (2)
        {
            LogFills(logger, post.Group.Value, missing.Count);
            if (await FillAsync(missing, cancellationToken)) // (3)
            {
                answer = await SendAsync(post, cancellationToken); // (4)
            }
        }

        switch (answer.Outcome)
        {
            case PostOutcome.Gap:
                LogGap(logger, post.Group.Value, post.Epoch);
                break;
            case PostOutcome.Refused:
                LogRefused(logger, post.Group.Value, post.Epoch, answer.Status);
                break;
            case PostOutcome.GaveUp:
                LogGaveUp(logger, post.Group.Value, post.Epoch, answer.Status);
                break;
            default:
                break;
        }

        return answer.Outcome;
    }

    /// <summary>The statements from the one that the core waits for up to the post's own, without it; null where they are not all at hand.</summary>
    private static List<GroupPost>? Missing(GroupPost post, ulong? expected)
    {
        var missing = new List<GroupPost>();
        foreach (var text in post.Earlier)
        {
            if (!Statement.TryParse(text, out var statement, out var error))
            {
                throw new InvalidOperationException($"A statement of our own cannot be read: {error}");
            }

            if (statement.Revision >= expected)
            {
                missing.Add(new GroupPost(post.Group, text, statement.Epoch, 0, []));
            }

            if (missing.Count == 1 && statement.Revision != expected)
            {
                return null; // the core lacks more than is at hand, or knows nothing of numbers
            }
        }

        return missing;
    }

    private async Task<bool> FillAsync(List<GroupPost> missing, CancellationToken cancellationToken)
    {
        foreach (var earlier in missing)
        {
            if ((await SendAsync(earlier, cancellationToken)).Outcome != PostOutcome.Stored)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<CoreAnswer> SendAsync(GroupPost post, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        var path = $"/v1/organizations/{ring.Keys.Organization}/groups/{post.Group}/posts";
        var answer = await core.PostAsync(path, Write(post), cancellationToken);
        metrics.Posted(answer.Outcome, post.Envelopes.Count, Stopwatch.GetElapsedTime(begin));
        return answer;
    }

    private static ReadOnlyMemory<byte> Write(GroupPost post)
    {
        var buffer = new ArrayBufferWriter<byte>(512 + (post.Envelopes.Count * 600));
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("statement"u8, post.Statement);
            writer.WriteNumber("epoch"u8, post.Epoch);
            writer.WriteNumber("generation"u8, post.Generation);
            writer.WriteStartArray("envelopes"u8);
            foreach (var envelope in post.Envelopes)
            {
                writer.WriteStartObject();
                writer.WriteString("member"u8, envelope.Member.Value);
                writer.WriteString("kid"u8, envelope.Kid.ToString());
                writer.WriteString("jwe"u8, envelope.Jwe);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    [LoggerMessage(EventId = 500, Level = LogLevel.Information, Message = "Group {Group}, epoch {Epoch}: the core lacks an earlier statement and will ask for it")]
    private static partial void LogGap(ILogger logger, string group, ulong epoch);

    [LoggerMessage(EventId = 503, Level = LogLevel.Debug, Message = "Group {Group}: posts {Count} earlier statements that another replica has not posted yet")]
    private static partial void LogFills(ILogger logger, string group, int count);

    [LoggerMessage(EventId = 501, Level = LogLevel.Error, Message = "Group {Group}, epoch {Epoch}: the core refused a post with status {Status}. Nothing is lost; compare the core's log")]
    private static partial void LogRefused(ILogger logger, string group, ulong epoch, int status);

    [LoggerMessage(EventId = 502, Level = LogLevel.Warning, Message = "Group {Group}, epoch {Epoch}: gave up a post (last status {Status}). The core asks again for what it lacks")]
    private static partial void LogGaveUp(ILogger logger, string group, ulong epoch, int status);
}
