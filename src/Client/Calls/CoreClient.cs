using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EncryptionService.Client;

/// <summary>Calls of one core (member.md). Follows no redirects, keeps no cookies, reads at most 1 MB of an answer, and believes none of it.</summary>
public sealed class CoreClient : IDisposable
{
    /// <summary>Most bytes that are read of an answer.</summary>
    public const int MaxAnswer = 1_048_576;

    private const string TypePrefix = "urn:encryption-service:";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <summary>A client of the core at this address.</summary>
    /// <param name="core">The address (<see cref="CoreAddress"/>).</param>
    /// <param name="time">The clock.</param>
    public CoreClient(Uri core, TimeProvider time)
    {
        this.time = time;
        Core = core;
        http = CreateHttp(core);
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("eec", null));
    }

    /// <summary>Address of the core.</summary>
    public Uri Core { get; }

    /// <summary>The clock of tokens and time-outs.</summary>
    internal TimeProvider Time => time;

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>One call.</summary>
    /// <param name="call">Method, path, body, token.</param>
    /// <param name="shape">Shape of a good answer.</param>
    /// <param name="read">Makes the value of it; null: something in it is not what it should be.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<CoreAnswer<T>> SendAsync<TJson, T>(CoreCall call, JsonTypeInfo<TJson> shape, Func<TJson, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = call.ToRequest();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var body = await ReadAsync(response, either.Token).ConfigureAwait(false);
            return Read(response, body, shape, read);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CoreAnswer<T>.Failed(CoreProblem.Unreachable($"The core at {Core.Authority} does not answer in time."));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return CoreAnswer<T>.Failed(CoreProblem.Unreachable($"The core at {Core.Authority} cannot be reached: {ForeignText.Clean(exception.Message)}"));
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The HttpClient disposes its handler.")]
    private static HttpClient CreateHttp(Uri core)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),
        };
        return new HttpClient(handler, disposeHandler: true) { BaseAddress = core, Timeout = Timeout.InfiniteTimeSpan };
    }

    private static CoreAnswer<T> Read<TJson, T>(HttpResponseMessage response, byte[]? body, JsonTypeInfo<TJson> shape, Func<TJson, T?> read)
        where T : class
    {
        var status = (int)response.StatusCode;
        if (body is null)
        {
            return CoreAnswer<T>.Failed(CoreProblem.NotUnderstood("The core's answer is longer than 1 MB.", status));
        }

        var media = response.Content.Headers.ContentType?.MediaType ?? "";
        if (status >= 400)
        {
            return CoreAnswer<T>.Failed(ReadProblem(status, media, body));
        }

        if (status != 200 || media != "application/json")
        {
            var title = status is >= 300 and < 400 ? "The core's answer leads somewhere else; it is not followed." : "The answer is not a core's.";
            return CoreAnswer<T>.Failed(CoreProblem.NotUnderstood(title, status));
        }

        try
        {
            return JsonSerializer.Deserialize(body, shape) is { } json && read(json) is { } value
                ? CoreAnswer<T>.Of(value)
                : CoreAnswer<T>.Failed(CoreProblem.NotUnderstood("The core's answer has a malformed value."));
        }
        catch (JsonException)
        {
            return CoreAnswer<T>.Failed(CoreProblem.NotUnderstood("The core's answer has another shape than it must have."));
        }
    }

    private static CoreProblem ReadProblem(int status, string media, byte[] body)
    {
        var kind = status >= 500 || status == 429 ? CoreProblemKind.Unreachable : CoreProblemKind.Refused;
        string type = "", title = "", detail = "";
        if (media == "application/problem+json")
        {
            try
            {
                using var json = JsonDocument.Parse(body);
                type = Text(json.RootElement, "type");
                title = Text(json.RootElement, "title");
                detail = Text(json.RootElement, "detail");
            }
            catch (JsonException)
            {
                // Then the status has to say it alone.
            }
        }

        return new CoreProblem(
            kind, status, type.StartsWith(TypePrefix, StringComparison.Ordinal) ? type[TypePrefix.Length..] : "",
            title.Length > 0 ? title : $"The core answers with status {status}.", detail);
    }

    private static string Text(JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? ForeignText.Clean(Foreign(value))
            : "";

    private static string? Foreign(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // an escaped lone surrogate
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var body = new MemoryStream();
            var buffer = new byte[16_384];
            while (true)
            {
                var count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    return body.ToArray();
                }

                if (body.Length + count > MaxAnswer)
                {
                    return null;
                }

                await body.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
