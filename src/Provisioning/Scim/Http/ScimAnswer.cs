using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;

namespace EncryptionService.Provisioning.Scim.Http;

/// <summary>An answer: a status and, but with 204, a body of SCIM's media type (docs/spec/scim.md, 2).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body, or null.</param>
internal sealed record ScimAnswer(int Status, JsonObject? Body)
{
    /// <summary>204.</summary>
    public static readonly ScimAnswer NoContent = new(StatusCodes.Status204NoContent, null);

    /// <summary>Further headers.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>200.</summary>
    public static ScimAnswer Ok(JsonObject body) => new(StatusCodes.Status200OK, body);

    /// <summary>201, with the resource's own address (docs/spec/scim.md, 44).</summary>
    public static ScimAnswer Created(JsonObject resource, string location) =>
        new(StatusCodes.Status201Created, resource) { Headers = [(HeaderNames.Location, location)] };

    /// <summary>An error (docs/spec/scim.md, 12).</summary>
    public static ScimAnswer Of(ScimError error, params IReadOnlyList<(string Name, string Value)> headers) => new(error.Status, error.ToJson()) { Headers = headers };

    /// <summary>Sends it.</summary>
    public async Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        if (Body is null)
        {
            return;
        }

        var bytes = ScimJson.ToUtf8(Body);
        response.ContentType = ScimJson.MediaType;
        response.Headers.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>A time to wait, as <c>Retry-After</c> has it.</summary>
    public static (string Name, string Value) RetryAfter(TimeSpan wait) =>
        (HeaderNames.RetryAfter, ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
}
