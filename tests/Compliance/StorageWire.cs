using System.Globalization;
using Azure.Core.Pipeline;

namespace EncryptionService.Compliance;

/// <summary>What a request to the storage was.</summary>
/// <param name="Kind"><c>create</c>, <c>append</c>, <c>read</c>, <c>list</c> or <c>look</c> (a HEAD).</param>
/// <param name="Blob">The blob, unescaped; empty for a list.</param>
/// <param name="Status">The answer's status; 0: there was none.</param>
internal sealed record StorageCall(string Kind, string Blob, int Status);

/// <summary>The way to the storage, on which a test can lose, delay and invent. Every attempt is kept.</summary>
internal sealed class StorageWire(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly Lock gate = new();
    private readonly List<StorageCall> calls = [];

    /// <summary>What becomes of an attempt: a function that gets the kind of request, the request, and the way on. Null: it goes on.</summary>
    public Func<string, HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>>? Play { get; set; }

    /// <summary>All attempts so far, in the order in which they ended.</summary>
    public IReadOnlyList<StorageCall> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    /// <summary>The attempts since the last time that somebody took them.</summary>
    public IReadOnlyList<StorageCall> Take()
    {
        lock (gate)
        {
            StorageCall[] taken = [.. calls];
            calls.Clear();
            return taken;
        }
    }

    /// <summary>The wire as the storage library wants it.</summary>
    public HttpClientTransport ToTransport() => new(this);

    /// <summary>An answer that the storage did not give.</summary>
    public static HttpResponseMessage Answer(int status, string code, int? retryAfter = null)
    {
        var answer = new HttpResponseMessage((System.Net.HttpStatusCode)status) { Content = new ByteArrayContent([]) };
        answer.Headers.Add("x-ms-error-code", code);
        if (retryAfter is { } seconds)
        {
            answer.Headers.Add("Retry-After", seconds.ToString(CultureInfo.InvariantCulture));
        }

        return answer;
    }

    /// <summary>A copy of a request, to be delivered when its sender no longer waits for it.</summary>
    public static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var header in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        if (request.Content is not null)
        {
            copy.Content = new ByteArrayContent(await request.Content.ReadAsByteArrayAsync());
            foreach (var header in request.Content.Headers)
            {
                copy.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return copy;
    }

    /// <summary>Delivers a request past everything that <see cref="Play"/> plays.</summary>
    public Task<HttpResponseMessage> DeliverAsync(HttpRequestMessage request, CancellationToken cancellationToken) => base.SendAsync(request, cancellationToken);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var kind = KindOf(request);
        var status = 0;
        try
        {
            var answer = Play is { } play
                ? await play(kind, request, () => base.SendAsync(request, cancellationToken))
                : await base.SendAsync(request, cancellationToken);
            status = (int)answer.StatusCode;
            return answer;
        }
        finally
        {
            lock (gate)
            {
                calls.Add(new StorageCall(kind, kind == "list" ? "" : BlobOf(request), status));
            }
        }
    }

    private static string KindOf(HttpRequestMessage request)
        => request.Method == HttpMethod.Head ? "look"
            : request.Method == HttpMethod.Put ? (request.RequestUri!.Query.Contains("comp=appendblock", StringComparison.Ordinal) ? "append" : "create")
            : request.RequestUri!.Query.Contains("comp=list", StringComparison.Ordinal) ? "list"
            : "read";

    // Account, container, blob.
    private static string BlobOf(HttpRequestMessage request) => Uri.UnescapeDataString(request.RequestUri!.AbsolutePath.Split('/', 4)[^1]);
}
