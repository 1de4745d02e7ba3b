using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;

namespace EncryptionService.Provisioning.Scim.Http;

/// <summary>Reads the body of a request (docs/spec/scim.md, 2 and 50).</summary>
internal static class ScimBody
{
    /// <summary>Longest body.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>What of a longer body is read and thrown away, so that the client comes to read the answer.</summary>
    public const long MostDrained = 16L * 1024 * 1024;

    /// <summary>The body, an object.</summary>
    /// <exception cref="ScimFailure">It is none, too long, or of another media type.</exception>
    public static async Task<JsonObject> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!IsJson(request))
        {
            throw new ScimFailure(ScimError.UnsupportedMediaType());
        }

        var bytes = await ReadBytesAsync(request.BodyReader, (int)Math.Clamp(request.ContentLength ?? 0, 0, MostBytes), cancellationToken)
            ?? throw new ScimFailure(ScimError.TooLarge(MostBytes));
        return ScimJson.TryReadObject(bytes.WrittenMemory, out var json, out var error) ? json : throw new ScimFailure(error);
    }

    private static bool IsJson(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || request.Headers.ContentEncoding.Any(coding => coding is not (null or "" or "identity")))
        {
            return false;
        }

        return type.MediaType.Equals(ScimJson.MediaType, StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<ArrayBufferWriter<byte>?> ReadBytesAsync(PipeReader reader, int expected, CancellationToken cancellationToken)
    {
        var kept = new ArrayBufferWriter<byte>(Math.Max(expected, 256));
        for (var length = 0L; length <= MostDrained;)
        {
            var read = await reader.ReadAsync(cancellationToken);
            length += read.Buffer.Length;
            foreach (var part in length <= MostBytes ? read.Buffer : default)
            {
                kept.Write(part.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return length <= MostBytes ? kept : null;
            }
        }

        return null;
    }
}
