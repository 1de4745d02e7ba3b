using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace EncryptionService.Ingress;

/// <summary>Stands in front of a service's replicas as the container platform's ingress does: cleartext HTTP/2 in and out, each request to the next replica that is ready.</summary>
/// <remarks>
/// Replicas come and go while it runs. It asks their readiness probes; one that does not answer, or whose connection breaks, gets nothing until it is
/// ready again. A request that found no connection goes to the next replica, for nothing of it was sent. None is repeated otherwise: a caller whose
/// replica died under it gets 502, one who finds no replica at all 503, and tries again.
/// </remarks>
public sealed class ReplicaIngress : IAsyncDisposable
{
    private static readonly TimeSpan probePeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan longestCall = TimeSpan.FromSeconds(240);

    private readonly WebApplication app;
    private readonly TimeProvider time;
    private readonly IHttpForwarder forwarder;
    private readonly HttpMessageInvoker outward;
    private readonly HttpClient probes = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly CancellationTokenSource over = new();
    private readonly Task probing;
    private readonly Lock guard = new();
    private List<Replica> replicas = [];
    private uint turn;

    private ReplicaIngress(WebApplication app, TimeProvider time)
    {
        this.app = app;
        this.time = time;
        forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        outward = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(2),
        });
        app.Run(AnswerAsync);
        probing = ProbeAsync();
    }

    /// <summary>Where the ingress listens.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>How many replicas take requests now.</summary>
    public int Open => Known().Count(replica => replica.IsOpen);

    /// <summary>Requests that were sent to each replica, in the order in which they came.</summary>
    public IReadOnlyList<int> Taken => [.. Known().Select(replica => replica.Taken)];

    /// <summary>Starts it, on loopback, without replicas.</summary>
    /// <param name="port">The port; 0: a free one.</param>
    /// <param name="time">The clock of the probes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ReplicaIngress> StartAsync(int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddHttpForwarder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        var ingress = new ReplicaIngress(builder.Build(), time);
        await ingress.app.StartAsync(cancellationToken);
        return ingress;
    }

    /// <summary>One more replica; requests go there from the moment that it says it is ready.</summary>
    public void Add(Uri address, Uri ready)
    {
        lock (guard)
        {
            replicas = [.. replicas, new Replica(address, ready)];
        }
    }

    /// <summary>No new request goes there. Those on their way are left to end.</summary>
    public void Drain(Uri address)
    {
        foreach (var replica in Known().Where(replica => replica.Address == address))
        {
            replica.Drain();
        }
    }

    /// <summary>Returns once so many replicas take requests.</summary>
    public async Task WaitOpenAsync(int count, CancellationToken cancellationToken)
    {
        while (Open < count)
        {
            await Task.Delay(probePeriod, time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await probing;
        await app.StopAsync(new CancellationToken(canceled: true)); // does not wait for those that hang
        await app.DisposeAsync();
        outward.Dispose();
        probes.Dispose();
        over.Dispose();
    }

    private List<Replica> Known()
    {
        lock (guard)
        {
            return replicas;
        }
    }

    /// <summary>The next replica in turn, this request counted.</summary>
    private Replica? Next()
    {
        lock (guard)
        {
            var open = replicas.Where(replica => replica.IsOpen).ToList();
            if (open.Count == 0)
            {
                return null;
            }

            var next = open[(int)(turn++ % (uint)open.Count)];
            next.Take();
            return next;
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        while (Next() is { } replica)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            var error = await forwarder.SendAsync(
                context,
                replica.Address.GetLeftPart(UriPartial.Authority),
                outward,
                new ForwarderRequestConfig { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = longestCall },
                HttpTransformer.Empty);
            if (error is ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.ResponseBodyDestination)
            {
                replica.Say(takesRequests: false); // until its probe says otherwise
            }

            if (context.Response.HasStarted
                || context.Features.Get<IForwarderErrorFeature>()?.Exception is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
            {
                return;
            }

            context.Features.Set<IForwarderErrorFeature>(null);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    private async Task ProbeAsync()
    {
        using var timer = new PeriodicTimer(probePeriod, time);
        try
        {
            do
            {
                await Task.WhenAll(Known().Where(replica => !replica.IsDrained).Select(AskAsync));
            }
            while (await timer.WaitForNextTickAsync(over.Token));
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // It ends.
        }
    }

    private async Task AskAsync(Replica replica)
    {
        try
        {
            using var answer = await probes.GetAsync(replica.Ready, over.Token);
            replica.Say(answer.IsSuccessStatusCode);
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !over.IsCancellationRequested))
        {
            replica.Say(takesRequests: false);
        }
    }
}
