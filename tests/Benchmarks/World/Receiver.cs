using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EncryptionService.Formats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Benchmarks.World;

/// <summary>A core that takes everything: it reads each post to its end, notes when that was, and counts envelopes.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    public const string CoreId = "core";
    private readonly WebApplication app;
    private readonly TaskCompletionSource<Thumbprint> enrolled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock guard = new();
    private TaskCompletionSource<long> complete = new();
    private long awaited = long.MaxValue;
    private long envelopes;

    private Receiver(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    /// <summary>Completes with the service's identity when it enrols.</summary>
    public Task<Thumbprint> Enrolled => enrolled.Task;

    public static async Task<Receiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>From now on, waits for so many envelopes.</summary>
    /// <returns>The <see cref="Stopwatch"/> time stamp at which the post with the last of them was read.</returns>
    public Task<long> ExpectAsync(int count, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            envelopes = 0;
            awaited = count;
            complete = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            return complete.Task.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var length = (int)(context.Request.ContentLength ?? throw new InvalidDataException("A post without a length."));
        var body = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await context.Request.Body.ReadExactlyAsync(body.AsMemory(0, length), context.RequestAborted);
            if (context.Request.Path.Value!.EndsWith("/enrolment", StringComparison.Ordinal))
            {
                Enrol(body.AsMemory(0, length));
                await WriteAsync(context, $$"""{"core":"{{CoreId}}"}""");
            }
            else
            {
                Take(body.AsSpan(0, length));
                await WriteAsync(context, """{"stored":0,"existing":0}""");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private static Task WriteAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(json)).AsTask();
    }

    private void Take(ReadOnlySpan<byte> body)
    {
        var now = Stopwatch.GetTimestamp();
        var found = body.Count("\"jwe\":"u8);
        lock (guard)
        {
            envelopes += found;
            if (envelopes >= awaited)
            {
                awaited = long.MaxValue;
                complete.TrySetResult(now);
            }
        }
    }

    private void Enrol(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        if (Enrolment.TryParse(document.RootElement.GetProperty("enrolment").GetString(), out var enrolment, out var error)
            && IdentityCertificate.TryParse(enrolment.Certificate, out var certificate, out error))
        {
            enrolled.TrySetResult(certificate.Identity.Thumbprint);
        }
        else
        {
            enrolled.TrySetException(new InvalidDataException(error));
        }
    }
}
