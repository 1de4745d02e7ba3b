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
internal sealed record GroupPost(GroupId Group, string Statement, ulong Epoch, ulong Generation, IReadOnlyList<WrappedEnvelope> Envelopes);

/// <summary>Posts statements and envelopes, and nothing else (docs/spec/core.md, section 3).</summary>
internal sealed partial class GroupPoster(CoreClient core, KeyRing ring, PostMetrics metrics, ILogger<GroupPoster> logger)
{
    /// <summary>Most envelopes in a post.</summary>
    public const int MaxEnvelopes = 1_000;

    /// <summary>Posts, and says what became of it.</summary>
    public async Task<PostOutcome> PostAsync(GroupPost post, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        var path = $"/v1/organizations/{ring.Keys.Organization}/groups/{post.Group}/posts";
        var answer = await core.PostAsync(path, Write(post), cancellationToken);
        metrics.Posted(answer.Outcome, post.Envelopes.Count, Stopwatch.GetElapsedTime(begin));
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

    [LoggerMessage(EventId = 501, Level = LogLevel.Error, Message = "Group {Group}, epoch {Epoch}: the core refused a post with status {Status}. Nothing is lost; compare the core's log")]
    private static partial void LogRefused(ILogger logger, string group, ulong epoch, int status);

    [LoggerMessage(EventId = 502, Level = LogLevel.Warning, Message = "Group {Group}, epoch {Epoch}: gave up a post (last status {Status}). The core asks again for what it lacks")]
    private static partial void LogGaveUp(ILogger logger, string group, ulong epoch, int status);
}
