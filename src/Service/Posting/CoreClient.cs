using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text.Json;
using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Settings;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace EncryptionService.Service.Posting;

/// <summary>The answer of the core to one call.</summary>
/// <param name="Outcome">What it means.</param>
/// <param name="Status">HTTP status; 0 where there was no answer.</param>
/// <param name="Body">The body of a success; at most 64 KB.</param>
internal sealed record CoreAnswer(PostOutcome Outcome, int Status, byte[] Body)
{
    /// <summary>With <see cref="PostOutcome.Gap"/>: the revision that the core waits for, if it says so.</summary>
    public ulong? Expected { get; init; }
}

/// <summary>Posts to the core, with patience (docs/spec/core.md, section 3): retry with jitter, Retry-After, a circuit breaker, all bounded.</summary>
internal sealed class CoreClient : IDisposable
{
    private const int MaxAnswer = 64 * 1024;

    private readonly HttpClient http;
    private readonly KeyRing ring;
    private readonly CoreOptions core;
    private readonly string replica;
    private readonly TimeProvider time;
    private readonly PostMetrics metrics;
    private readonly CoreWatch watch;
    private readonly ResiliencePipeline<HttpResponseMessage> pipeline;

    /// <summary>Builds the pipeline from the options.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The client disposes its handler.")]
    public CoreClient(
        KeyRing ring, IOptions<CoreOptions> core, IOptions<ServiceOptions> service, IOptions<PostingOptions> options, TimeProvider time, PostMetrics metrics, CoreWatch watch)
    {
        this.ring = ring;
        this.core = core.Value;
        replica = service.Value.ReplicaName;
        this.time = time;
        this.metrics = metrics;
        this.watch = watch;
        pipeline = Build(options.Value);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            SslOptions = new SslClientAuthenticationOptions
            {
                // The system's own verdict; this only listens to its reasons.
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => watch.IsAccepted(certificate, chain, errors),
            },
        })
        {
            BaseAddress = this.core.Url,
            MaxResponseContentBufferSize = MaxAnswer,
            Timeout = Timeout.InfiniteTimeSpan, // the pipeline's time-out holds, per attempt
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("EncryptionService", typeof(CoreClient).Assembly.GetName().Version!.ToString(3)));
    }

    /// <summary>Posts JSON to a path below the core's address. Never throws for what the core or the network does.</summary>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    public async Task<CoreAnswer> PostAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        var request = Digest32.Of(json.Span);
        try
        {
            using var response = await pipeline.ExecuteAsync(async token => await SendAsync(path, json, request, token), cancellationToken);
            Tell(response);
            return await ReadAsync(response, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutRejectedException or BrokenCircuitException or IOException)
        {
            watch.Failed(exception);
            return new CoreAnswer(PostOutcome.GaveUp, 0, []);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static async Task<CoreAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.OK => new CoreAnswer(PostOutcome.Stored, status, await response.Content.ReadAsByteArrayAsync(cancellationToken)),
            HttpStatusCode.Conflict => new CoreAnswer(PostOutcome.Gap, status, []) { Expected = ExpectedIn(await response.Content.ReadAsByteArrayAsync(cancellationToken)) },
            _ => new CoreAnswer(IsPassing(response.StatusCode) ? PostOutcome.GaveUp : PostOutcome.Refused, status, []),
        };
    }

    private static ulong? ExpectedIn(byte[] body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement.ValueKind == JsonValueKind.Object
                && problem.RootElement.TryGetProperty("expected", out var expected) && expected.ValueKind == JsonValueKind.Number && expected.TryGetUInt64(out var revision)
                ? revision
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What may be gone at the next attempt.</summary>
    private static PredicateBuilder<HttpResponseMessage> PassingFailures() => new PredicateBuilder<HttpResponseMessage>()
        .Handle<HttpRequestException>().Handle<TimeoutRejectedException>().Handle<IOException>()
        .HandleResult(response => IsPassing(response.StatusCode));

    private static bool IsPassing(HttpStatusCode status)
        => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    private async ValueTask<HttpResponseMessage> SendAsync(string path, ReadOnlyMemory<byte> json, Digest32 request, CancellationToken cancellationToken)
    {
        // A token lives five minutes, a patient post may take longer: each attempt has its own.
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(json) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token("POST " + path, request));
        try
        {
            return await http.SendAsync(message, cancellationToken);
        }
        catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            // A connection that nobody answers ends as a cancellation, though nobody cancelled: to us it is one more failed attempt.
            throw new HttpRequestException("No connection within the time for one.", exception);
        }
    }

    private string Token(string method, Digest32 request)
    {
        var now = time.GetUtcNow();
        return ring.Keys.SignCall(new CallToken
        {
            Organization = ring.Keys.Organization,
            Audience = core.Id,
            Method = method,
            Request = request,
            IssuedAt = now.ToUnixTimeSeconds(),
            ExpiresAt = now.ToUnixTimeSeconds() + 300,
            Id = Guid.CreateVersion7(now).ToString("N"),
            Replica = replica,
        });
    }

    private ResiliencePipeline<HttpResponseMessage> Build(PostingOptions options)
    {
        var longest = TimeSpan.FromMilliseconds(options.MaxDelayMilliseconds);
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (options.MaxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = PassingFailures().Handle<BrokenCircuitException>(),
                MaxRetryAttempts = options.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(options.BaseDelayMilliseconds),
                MaxDelay = longest,
                DelayGenerator = arguments => ValueTask.FromResult(Asked(arguments.Outcome, longest)),
                OnRetry = arguments =>
                {
                    metrics.Failed();
                    Tell(arguments.Outcome);
                    arguments.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            });
        }

        return builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = PassingFailures(),
                FailureRatio = 0.5,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromMilliseconds(options.BreakMilliseconds),
            })
            .AddTimeout(TimeSpan.FromMilliseconds(options.AttemptTimeoutMilliseconds))
            .Build();
    }

    private void Tell(Outcome<HttpResponseMessage> outcome)
    {
        if (outcome.Result is { } response)
        {
            Tell(response);
        }
        else if (outcome.Exception is { } exception)
        {
            watch.Failed(exception);
        }
    }

    private void Tell(HttpResponseMessage response)
    {
        watch.Compare(response.Headers.Date);
        if (IsPassing(response.StatusCode))
        {
            watch.Failed((int)response.StatusCode);
        }
        else
        {
            watch.Answered();
        }
    }

    private TimeSpan? Asked(Outcome<HttpResponseMessage> outcome, TimeSpan longest)
    {
        // A broken circuit says when it closes again; asking earlier is an attempt wasted. Delays are cut to whole milliseconds: one more makes up for it.
        if (outcome.Exception is BrokenCircuitException { RetryAfter: { } wait })
        {
            return TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds)) + 1);
        }

        var asked = outcome.Result?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return asked is null || asked < TimeSpan.Zero ? null : asked > longest ? longest : asked;
    }
}
