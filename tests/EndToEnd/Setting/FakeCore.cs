using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EncryptionService.Formats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>How the core answers.</summary>
internal enum Mood
{
    /// <summary>As docs/spec/core.md says.</summary>
    Good,

    /// <summary>200 from somebody else: another core id, or no JSON.</summary>
    Stranger,

    /// <summary>Takes the request and never answers.</summary>
    Silent,

    /// <summary>Takes the request and answers once <see cref="FakeCore.Release"/> was called.</summary>
    Waits,

    /// <summary>Takes the request and closes the connection.</summary>
    HangsUp,

    /// <summary>307 to the same core under another path.</summary>
    Redirects,

    /// <summary>200 with a megabyte.</summary>
    Talkative,

    /// <summary>The status of the request's <see cref="Answer.Status"/>.</summary>
    Status,
}

/// <summary>An answer: a mood, with a status and a Retry-After where the mood is <see cref="Mood.Status"/>.</summary>
internal sealed record Answer(Mood Mood, int Status = 200, int? RetryAfter = null)
{
    /// <summary>With a status: the body of the answer.</summary>
    public string Body { get; init; } = "";

    /// <summary>With a status: where it sends the service.</summary>
    public Uri? Location { get; init; }

    public static Answer Good { get; } = new(Mood.Good);

    public static Answer Of(int status, int? retryAfter = null) => new(Mood.Status, status, retryAfter);
}

/// <summary>A request that the core got.</summary>
internal sealed record CoreRequest(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public bool IsEnrolment => Path.EndsWith("/enrolment", StringComparison.Ordinal);
}

/// <summary>A core in a real HTTP server, on loopback: speaks docs/spec/core.md, records everything, and has moods.</summary>
internal sealed class FakeCore : IAsyncDisposable
{
    public const string Id = "core-1";

    private readonly WebApplication app;
    private readonly ConcurrentQueue<CoreRequest> requests = new();
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FakeCore(WebApplication app, CoreBook book)
    {
        this.app = app;
        Book = book;
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>Signs the core's call tokens.</summary>
    public ECDsa CallKey { get; set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string CallKeyJwk => SigningJwk.Of(CallKey).ToJson();

    /// <summary>What the core has taken.</summary>
    public CoreBook Book { get; }

    public IReadOnlyList<CoreRequest> Requests => [.. requests];

    public IReadOnlyList<CoreRequest> Posts => [.. requests.Where(request => !request.IsEnrolment)];

    /// <summary>Woken at every request and after every change of the book.</summary>
    public Signal Changed { get; } = new();

    /// <summary>How posts are answered; asked once for each, in order of arrival.</summary>
    public Func<CoreRequest, Answer> OnPost { get; set; } = _ => Answer.Good;

    /// <summary>How enrolments are answered.</summary>
    public Func<CoreRequest, Answer> OnEnrolment { get; set; } = _ => Answer.Good;

    /// <summary>Called after a post was taken and before it is answered.</summary>
    public Action<CoreRequest> AfterPost { get; set; } = _ => { };

    /// <summary>Starts a core.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="organization">The organization.</param>
    /// <param name="book">What it has from before; null: nothing.</param>
    /// <param name="certificate">The certificate that it shows to each new connection; null: no TLS.</param>
    public static async Task<FakeCore> StartAsync(
        CancellationToken cancellationToken, string organization = "o1", CoreBook? book = null, Func<X509Certificate2>? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate());
            }
        }));
        var core = new FakeCore(builder.Build(), book ?? new CoreBook(organization));
        core.app.Run(core.TakeAsync);
        await core.app.StartAsync(cancellationToken);
        var bound = new Uri(core.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        core.Url = certificate is null ? bound : new Uri($"https://localhost:{bound.Port}");
        return core;
    }

    /// <summary>Lets those go on that wait.</summary>
    public void Release() => released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token); // does not wait for those that it keeps waiting
        await app.DisposeAsync();
        CallKey.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            // Not of the protocol: lets a foreign client see what was posted.
            var posts = Posts.Select(post => $$"""{"group":"{{post.Path.Split('/')[^2]}}",{{System.Text.Encoding.UTF8.GetString(post.Body)[1..]}}""");
            await context.Response.WriteAsync($"[{string.Join(',', posts)}]", context.RequestAborted);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new CoreRequest(
            context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
        requests.Enqueue(request);
        Book.CheckToken(context.Request.Method, request);
        Changed.Pulse();
        try
        {
            await AnswerAsync(context, request, request.IsEnrolment ? OnEnrolment(request) : OnPost(request));
        }
        finally
        {
            Changed.Pulse();
        }
    }

    private async Task AnswerAsync(HttpContext context, CoreRequest request, Answer answer)
    {
        var response = context.Response;
        if (answer.Mood == Mood.Waits)
        {
            await released.Task.WaitAsync(context.RequestAborted);
            answer = Answer.Good;
        }

        switch (answer.Mood)
        {
            case Mood.Good:
                var (status, json) = request.IsEnrolment ? Book.Enrol(request) : Book.Take(request);
                if (!request.IsEnrolment)
                {
                    AfterPost(request);
                }

                response.StatusCode = status;
                response.ContentType = status == 200 ? "application/json" : "application/problem+json";
                await response.WriteAsync(json, context.RequestAborted);
                break;
            case Mood.Stranger:
                await response.WriteAsync("""{"core":"somebody-else"}""", context.RequestAborted);
                break;
            case Mood.Silent:
                var never = new TaskCompletionSource();
                await using (context.RequestAborted.Register(never.SetResult))
                {
                    await never.Task;
                }

                break;
            case Mood.HangsUp:
                context.Abort();
                break;
            case Mood.Redirects:
                response.StatusCode = 307;
                response.Headers.Location = "/elsewhere";
                break;
            case Mood.Talkative:
                await response.Body.WriteAsync(new byte[1024 * 1024], context.RequestAborted);
                break;
            default:
                response.StatusCode = answer.Status;
                response.Headers.RetryAfter = answer.RetryAfter?.ToString(System.Globalization.CultureInfo.InvariantCulture);
                response.Headers.Location = answer.Location?.ToString();
                await response.WriteAsync(answer.Body, context.RequestAborted);
                break;
        }
    }
}
