using System.Buffers;
using System.Net.Http.Headers;

namespace EncryptionService.Provisioning.Doors;

/// <summary>Reads a request's body whole, and no further than its door allows.</summary>
internal static class RequestBody
{
    private const int Chunk = 16 * 1024;

    /// <summary>True if the request says that its body is JSON.</summary>
    public static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType is { } media
        && media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="most">Most bytes.</param>
    /// <returns>The body, or what to answer instead.</returns>
    public static async Task<(byte[] Body, Answer? Refusal)> ReadAsync(HttpContext context, int most)
    {
        if (context.Request.ContentLength > most)
        {
            return ([], Answer.TooLarge);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            using var body = new MemoryStream();
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                if (body.Length + read > most)
                {
                    return ([], Answer.TooLarge);
                }

                body.Write(buffer.AsSpan(0, read));
            }

            return (body.ToArray(), null);
        }
        catch (BadHttpRequestException exception)
        {
            return ([], exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Answer.TooLarge
                : Answer.Problem(exception.StatusCode, "malformed", "The request cannot be read."));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
