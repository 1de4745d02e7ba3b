using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace EncryptionService.Provisioning.Doors;

/// <summary>What a door answers: JSON, or a problem (RFC 9457).</summary>
internal sealed record Answer(int Status, string MediaType, byte[] Body, TimeSpan? RetryAfter = null)
{
    /// <summary>For every failed token and every reason: one status, one text.</summary>
    public static Answer Unauthorized { get; } = Problem(StatusCodes.Status401Unauthorized, "unauthorized", "The token is missing or not valid.");

    /// <summary>The body is longer than the door takes.</summary>
    public static Answer TooLarge { get; } = Problem(StatusCodes.Status413PayloadTooLarge, "too-large", "The request is too long.");

    /// <summary>There is nothing here for this caller.</summary>
    public static Answer NotFound { get; } = Problem(StatusCodes.Status404NotFound, "not-found", "There is no such thing here.");

    /// <summary>Success.</summary>
    public static Answer Json<T>(T value, JsonTypeInfo<T> shape) =>
        new(StatusCodes.Status200OK, "application/json", JsonSerializer.SerializeToUtf8Bytes(value, shape));

    /// <summary>A problem.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="word">What programs tell problems apart by.</param>
    /// <param name="title">What is wrong.</param>
    /// <param name="detail">What can be done about it, or where it is; may be empty.</param>
    /// <param name="expected">Only where a revision is missing: the one that is expected.</param>
    public static Answer Problem(int status, string word, string title, string detail = "", long? expected = null) => new(
        status,
        "application/problem+json",
        JsonSerializer.SerializeToUtf8Bytes(
            new ProblemJson($"urn:encryption-service:{word}", title, status, detail.Length == 0 ? null : detail, expected), ProblemContext.Default.ProblemJson));

    /// <summary>The request cannot be read.</summary>
    public static Answer Malformed(string problem) => Problem(StatusCodes.Status400BadRequest, "malformed", "The request cannot be read.", $"The body {problem}.");

    /// <summary>Too many wrong tokens from one address.</summary>
    public static Answer TooMany(TimeSpan wait) =>
        Problem(StatusCodes.Status429TooManyRequests, "too-many-wrong-tokens", "Too many wrong tokens came from this address.", "Wait a minute.") with { RetryAfter = wait };

    /// <summary>Sends it.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = MediaType;
        response.ContentLength = Body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return response.Body.WriteAsync(Body, context.RequestAborted).AsTask();
    }
}

/// <summary>A problem's members.</summary>
internal sealed record ProblemJson(string Type, string Title, int Status, string? Detail, long? Expected);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemJson))]
internal sealed partial class ProblemContext : JsonSerializerContext;
