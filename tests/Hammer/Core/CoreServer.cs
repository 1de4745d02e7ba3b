using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EncryptionService.Formats;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Hammer.Core;

/// <summary>The core's HTTP door: enrolments and posts, on loopback.</summary>
internal sealed class CoreServer : IAsyncDisposable
{
    private const int MostBytes = 16 * 1024 * 1024;
    private readonly WebApplication app;
    private readonly CoreParts parts;
    private long lastPost;

    private CoreServer(WebApplication app, CoreParts parts)
    {
        this.app = app;
        this.parts = parts;
    }

    /// <summary>Where the service finds the core.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>Time since a post came.</summary>
    public TimeSpan Quiet => parts.Time.GetElapsedTime(Interlocked.Read(ref lastPost));

    public static async Task<CoreServer> StartAsync(CoreParts parts, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MostBytes);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new CoreServer(app, parts);
        app.Run(server.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        if (body is null)
        {
            return;
        }

        var segments = context.Request.Path.Value?.Split('/') ?? [];
        if (context.Request.Method != "POST" || segments is not ["", "v1", "organizations", var organization, ..] || organization != parts.Organization.Value)
        {
            parts.Faults.Add($"The service called {context.Request.Method} {context.Request.Path}.");
            await WriteProblemAsync(context, 404, "unknown address", null);
        }
        else if (segments is [_, _, _, _, "enrolment"])
        {
            await EnrolAsync(context, body);
        }
        else if (segments is [_, _, _, _, "groups", var text, "posts"] && GroupId.TryParse(text, out var group))
        {
            await PostAsync(context, group, body);
        }
        else
        {
            parts.Faults.Add($"The service called {context.Request.Path}.");
            await WriteProblemAsync(context, 404, "unknown address", null);
        }
    }

    private async Task EnrolAsync(HttpContext context, byte[] body)
    {
        var status = parts.Desk.Take(body);
        await (status == 200
            ? WriteAsync(context, status, new EnrolmentAnswer(parts.CoreId), CoreJson.Default.EnrolmentAnswer)
            : WriteProblemAsync(context, status, "not enrolled", null));
    }

    private async Task PostAsync(HttpContext context, GroupId group, byte[] body)
    {
        Interlocked.Exchange(ref lastPost, parts.Time.GetTimestamp());
        var method = $"{context.Request.Method} {context.Request.Path}";
        var problem = parts.Desk.Service is { } service
            ? parts.Tokens.Problem(context.Request.Headers.Authorization, service.CallKey, method, body)
            : "a post before the enrolment";
        if (problem.Length > 0)
        {
            parts.Faults.Add($"{group}: {problem}");
            await WriteProblemAsync(context, 401, "unauthenticated", null);
            return;
        }

        var taken = Read(body) is { } post ? parts.Intake.TakePost(group, post) : new Taken(400, Problem: "no post");
        await (taken.Status switch
        {
            200 => WriteAsync(context, 200, new PostAnswer(taken.Stored, taken.Existing), CoreJson.Default.PostAnswer),
            409 => WriteProblemAsync(context, 409, "urn:encryption-service:revision-gap", taken.Expected),
            _ => WriteProblemAsync(context, taken.Status, "refused", null),
        });
    }

    private PostBody? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, CoreJson.Default.PostBody);
        }
        catch (JsonException exception)
        {
            parts.Faults.Add($"A post is not as specified: {exception.Message}");
            return null;
        }
    }

    /// <summary>Head and body, recorded; null where the connection broke, as it does when the service is killed.</summary>
    private async Task<byte[]?> ReadAsync(HttpContext context)
    {
        try
        {
            using var copy = new MemoryStream();
            await context.Request.Body.CopyToAsync(copy, context.RequestAborted);
            var head = new StringBuilder().Append(context.Request.Method).Append(' ').Append(context.Request.Path).Append(context.Request.QueryString).Append('\n');
            foreach (var (name, value) in context.Request.Headers)
            {
                head.Append(name).Append(": ").Append(value).Append('\n');
            }

            parts.Recorder.Add("posts", Encoding.UTF8.GetBytes(head.Append('\n').ToString()));
            var body = copy.ToArray();
            parts.Recorder.Add("posts", body);
            return body;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static Task WriteProblemAsync(HttpContext context, int status, string type, ulong? expected) =>
        WriteAsync(context, status, new Problem(type, status, type, expected), CoreJson.Default.Problem);

    private static async Task WriteAsync<T>(HttpContext context, int status, T answer, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 300 ? "application/json" : "application/problem+json";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(answer, type);
        context.Response.ContentLength = bytes.Length;
        try
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The service is gone; it was killed while it waited for this answer.
        }
    }
}

/// <summary>What the core's door passes things on to.</summary>
internal sealed record CoreParts(
    OrganizationId Organization, string CoreId, EnrolmentDesk Desk, CallTokens Tokens, Intake Intake, Recorder Recorder, Faults Faults, TimeProvider Time);
